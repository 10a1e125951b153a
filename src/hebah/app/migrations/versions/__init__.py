"""One numbered migration per change of the schema, each a line of Python and a file of SQL."""
