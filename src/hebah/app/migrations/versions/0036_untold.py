"""What a phone keeps of its chats, read and perhaps not told."""

from hebah.app.migrations.runner import run_file

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Mark collections of app state from the reading to the storing."""
    run_file("0036_untold.sql")
