"""What a team keeps about its chats: who answers, labels, notes, and replies they need again and again."""

from hebah.app.migrations.runner import run_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables of the team."""
    run_file("0007_team.sql")
