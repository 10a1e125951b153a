"""Who is in groups, pictures of chats, and what a gateway has to do about chats besides messages."""

from hebah.app.migrations.runner import run_file

revision = "0014"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables of groups and errands."""
    run_file("0014_reach.sql")
