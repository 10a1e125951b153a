"""Backups: everything of an installation in one file, and back out of it, with nothing sent by itself."""
