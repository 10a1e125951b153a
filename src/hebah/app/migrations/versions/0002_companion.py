"""Where linked devices keep their credentials and encryption state, written by the companion only."""

from hebah.app.migrations.runner import run_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the companion's schema."""
    run_file("0002_companion.sql")
