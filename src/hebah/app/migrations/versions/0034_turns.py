"""Less work for the database with each message that moves its chat up."""

from hebah.app.migrations.runner import run_file

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Cheaper tallies, labels looked for only where there are some, and the newest at the end of the indexes."""
    run_file("0034_turns.sql")
