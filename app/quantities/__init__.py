"""The numbers that statements assert: series of them, and how two of them compare."""
