"""The pattern of liver injury: the R factor."""
