"""onrecord: who said what, where it was reported, and what was found about it."""
