"""Acute pancreatitis: lipase with pain or imaging."""
