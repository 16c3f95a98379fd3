"""NEWS2 and what its value asks for; new confusion, new oxygen."""
