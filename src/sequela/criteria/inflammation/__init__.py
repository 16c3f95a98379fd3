"""Lactate and CRP."""
