"""The statements of this feature, read once."""

from hebah.foundation.postgres import load_queries

QUERIES = load_queries("hebah.contacts")
