"""Lets processes of different roles share one database: what a gateway offers, and how every job last went."""

from hebah.app.migrations.runner import run_file

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make what roles apart need."""
    run_file("0021_roles.sql")
