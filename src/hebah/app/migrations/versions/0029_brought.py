"""Which chats have messages out of files that arrivals may be."""

from hebah.app.migrations.runner import run_file

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Keep up to when files have brought messages into a chat."""
    run_file("0029_brought.sql")
