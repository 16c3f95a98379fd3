"""ALT, AST and LDH."""
