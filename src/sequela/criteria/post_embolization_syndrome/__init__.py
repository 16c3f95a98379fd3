"""Post-embolization syndrome, by six published definitions."""
