"""Biloma and cholecystitis: what embolization does to ducts and gallbladder."""
