"""Finds chats over many numbers, what is unread among them, and what waits to be told to WhatsApp."""

from hebah.app.migrations.runner import run_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the indexes of the inbox over all devices."""
    run_file("0008_inbox.sql")
