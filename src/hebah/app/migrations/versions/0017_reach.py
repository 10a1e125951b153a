"""Who is in groups, pictures of chats, and what a gateway has to do about chats besides messages."""

from hebah.app.migrations.runner import run_file

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the tables of groups and errands."""
    run_file("0017_reach.sql")
