"""Decisions about archives: what their lines say, which message is which, what may be done when."""
