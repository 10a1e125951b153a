"""Everything a message can say, who is who by phone and LID, and packets of older messages."""

from hebah.app.migrations.runner import run_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Widen messages; add changes to them, aliases and history."""
    run_file("0003_messages.sql")
