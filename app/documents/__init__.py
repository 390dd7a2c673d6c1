"""What is shown: the public JSON of each resource, its schema and its SQL side by side."""
