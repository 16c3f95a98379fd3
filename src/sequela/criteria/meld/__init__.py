"""MELD in its three versions: UNOS, with sodium (OPTN 2016), and 3.0."""
