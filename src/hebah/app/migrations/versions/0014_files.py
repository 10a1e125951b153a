"""Keeps what is known of the files that people send."""

from hebah.app.migrations.runner import run_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the facts of sound and film."""
    run_file("0014_files.sql")
