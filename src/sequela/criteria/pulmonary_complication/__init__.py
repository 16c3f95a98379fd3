"""Lung complications: oil, clot, radiation, effusion."""
