"""Signs of a liver abscess that has no fever."""
