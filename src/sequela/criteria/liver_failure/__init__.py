"""Liver injury and acute liver failure."""
