"""The whole data model of the first release."""

from hebah.app.migrations.runner import run_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table; there is no way back but a backup."""
    run_file("0001_foundation.sql")
