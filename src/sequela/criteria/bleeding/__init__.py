"""Bleeding and tumour rupture."""
