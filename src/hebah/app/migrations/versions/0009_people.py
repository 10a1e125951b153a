"""Finds chats of people whose number was hidden when they wrote and is known now."""

from hebah.app.migrations.runner import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the index that merging needs."""
    run_file("0009_people.sql")
