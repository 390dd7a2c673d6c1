"""Where statements can be looked up: outlets, and the documents that they publish."""
