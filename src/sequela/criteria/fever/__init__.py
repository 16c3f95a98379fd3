"""Fever that lasts too long, or returns."""
