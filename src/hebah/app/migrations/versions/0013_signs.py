"""Lets people ask gateways for more than a sign of life: typing, a look-up of a number, older messages of a chat."""

from hebah.app.migrations.runner import run_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make what asking needs."""
    run_file("0013_signs.sql")
