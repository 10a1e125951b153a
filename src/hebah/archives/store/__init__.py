"""Archives in and out of PostgreSQL, and the files themselves."""
