"""Liver abscess, with fever and without."""
