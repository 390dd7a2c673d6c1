"""Find statements by words, speakers and sources by their names, and suggest while one types."""
