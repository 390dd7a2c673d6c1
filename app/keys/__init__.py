"""API keys: made, shown once, changed, revoked."""
