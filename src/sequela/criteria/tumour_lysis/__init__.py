"""Tumour lysis syndrome."""
