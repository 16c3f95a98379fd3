"""Portal vein thrombosis: found by imaging, never suspected from silence."""
