"""What statements are about, as a tree."""
