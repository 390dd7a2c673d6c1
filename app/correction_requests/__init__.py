"""What readers say is wrong with verdicts, and what newsrooms answer."""
