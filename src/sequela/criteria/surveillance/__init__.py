"""What must be current, and where the patient is."""
