"""How numbers compare: pure rules, which know nothing of the database."""
