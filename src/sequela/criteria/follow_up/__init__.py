"""What is due after the discharge."""
