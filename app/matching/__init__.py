"""Whether a statement has been fact-checked before, in whatever words and language."""
