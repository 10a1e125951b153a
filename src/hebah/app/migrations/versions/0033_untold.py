"""What a phone keeps of its chats, read and perhaps not told."""

from hebah.app.migrations.runner import run_file

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Mark collections of app state from the reading to the storing."""
    run_file("0033_untold.sql")
