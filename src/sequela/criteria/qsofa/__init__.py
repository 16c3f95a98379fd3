"""qSOFA."""
