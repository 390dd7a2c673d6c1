"""Who asserts: people, organisations, offices and groups, with all their names."""
