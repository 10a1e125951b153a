"""Places for bytes, named by their hash."""
