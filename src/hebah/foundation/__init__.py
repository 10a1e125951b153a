"""Parts without product words: clock, ids, errors, PostgreSQL, logging, metrics."""
