"""CIRSE and SIR."""
