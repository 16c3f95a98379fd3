"""SOFA."""
