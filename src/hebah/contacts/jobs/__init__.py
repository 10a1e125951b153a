"""Work on leads that takes longer than a request."""
