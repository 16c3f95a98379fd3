"""Hepatic necrosis: suspected, confirmed, excluded, lapsed."""
