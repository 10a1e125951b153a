"""Keeps what is known of the files that people send."""

from hebah.app.migrations.runner import run_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the facts of sound and film."""
    run_file("0012_files.sql")
