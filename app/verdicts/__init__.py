"""What fact-checkers found: ratings with reasons, in versions of which one is public."""
