"""Bleeding, portal thrombosis and carcinoid crisis: what is done next."""
