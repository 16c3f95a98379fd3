"""Suspected infection, sepsis and septic shock."""
