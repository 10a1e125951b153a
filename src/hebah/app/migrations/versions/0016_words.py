"""Gives messages an index of their words, kept beside them so that receiving stays as fast as it was."""

from hebah.app.migrations.runner import run_file

revision = "0016"
down_revision = "0014"


def upgrade() -> None:
    """Make the index, empty; a job of the worker fills it, and search reads past its end until then."""
    run_file("0016_words.sql")
