"""HTTP of leads and their import."""
