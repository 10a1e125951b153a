"""What is kept, for how long and how much of it; words that only pass through."""

from hebah.app.migrations.runner import run_file

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    """Add the settings, the marks of words that pass, and what is needed to find what may go."""
    run_file("0011_keeping.sql")
