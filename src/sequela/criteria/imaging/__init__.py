"""Which image is due, and when an early one must be repeated."""
