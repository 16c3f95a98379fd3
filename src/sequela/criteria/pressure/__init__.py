"""Falling blood pressure."""
