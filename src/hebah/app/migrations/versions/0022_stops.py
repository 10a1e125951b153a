"""Who has stopped sending and why, and when campaigns pause by themselves."""

from hebah.app.migrations.runner import run_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the stops, the limits at which campaigns pause, and the figures they paused with."""
    run_file("0022_stops.sql")
