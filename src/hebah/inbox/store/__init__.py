"""The inbox in and out of PostgreSQL, always many rows in one statement."""
