"""Takes files of older chats in, and remembers which messages each has brought."""

from hebah.app.migrations.runner import run_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables of archives and the column that leads from a message to its file."""
    run_file("0012_archives.sql")
