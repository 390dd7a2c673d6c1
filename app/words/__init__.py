"""How words and names are read, whatever language and script they are in."""
