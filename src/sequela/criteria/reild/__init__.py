"""Liver disease after radioembolization."""
