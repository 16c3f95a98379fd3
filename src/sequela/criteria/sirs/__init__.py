"""SIRS."""
