"""The only place where the schema changes: numbered, forward-only migrations and how they run."""
