"""What was said: the statements, how they travelled, and how they relate."""
