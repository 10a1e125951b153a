"""HTTP of the inbox."""
