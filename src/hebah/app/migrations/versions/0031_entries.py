"""Fewer index entries for each recipient."""

from hebah.app.migrations.runner import run_file

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Let a recipient stand in fewer indexes."""
    run_file("0031_entries.sql")
