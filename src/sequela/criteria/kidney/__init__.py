"""Kidney injury."""
