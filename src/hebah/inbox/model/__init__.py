"""The facts of the inbox."""
