"""Carcinoid crisis."""
