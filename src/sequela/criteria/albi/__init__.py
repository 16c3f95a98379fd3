"""ALBI and its modification."""
