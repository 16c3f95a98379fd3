"""Acute-on-chronic liver failure."""
