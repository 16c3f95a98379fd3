"""Decompensation of cirrhosis."""
