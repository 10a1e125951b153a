"""One audience, one content, one time."""
