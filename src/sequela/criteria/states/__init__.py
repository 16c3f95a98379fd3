"""The word of the board, and its trend."""
