"""Chats found by name without reading each of them."""

from hebah.app.migrations.runner import run_file

revision = "0024"
down_revision = "0020"


def upgrade() -> None:
    """Index what chats and people are called."""
    run_file("0024_names.sql")
