"""Falling haemoglobin and platelets."""
