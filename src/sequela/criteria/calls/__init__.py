"""Whom to call, and how soon."""
