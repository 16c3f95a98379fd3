"""What sepsis and suspected infection ask for."""
