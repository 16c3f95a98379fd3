"""West Haven."""
