"""What quantities count or measure, and which way."""
