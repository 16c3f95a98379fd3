"""Pain, nausea and signs that point elsewhere."""
