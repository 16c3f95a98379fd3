"""Stomach, bowel, spleen or skin hit by what was meant for the liver."""
