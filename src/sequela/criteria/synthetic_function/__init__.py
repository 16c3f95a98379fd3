"""Bilirubin and INR."""
