"""Child-Pugh."""
