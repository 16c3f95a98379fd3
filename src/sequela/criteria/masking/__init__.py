"""Drugs that hide a fever."""
