"""Archives over HTTP."""
