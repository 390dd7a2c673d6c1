"""What the people of an organisation say to one another about statements and verdicts."""
