"""Messages that people send by hand take the same way out as those of campaigns."""

from hebah.app.migrations.runner import run_file

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    """Let the outbox carry what is said in a chat."""
    run_file("0006_conversations.sql")
