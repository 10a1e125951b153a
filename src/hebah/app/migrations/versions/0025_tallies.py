"""What the list of chats shows is kept, so that nobody counts or sorts hundreds of thousands of chats for a page."""

from hebah.app.migrations.runner import run_file

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Keep how many chats each filter shows, and the order of the chats of each label."""
    run_file("0025_tallies.sql")
