"""API keys: what programs show instead of signing in."""
