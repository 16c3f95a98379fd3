"""CTCAE."""
