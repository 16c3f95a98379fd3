"""What supports a liver that is injured or fails."""
