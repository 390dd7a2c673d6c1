"""What makes things findable by words and names, and keeps it current."""
