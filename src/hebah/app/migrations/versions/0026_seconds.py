"""How exactly the time of a message out of a file is known."""

from hebah.app.migrations.runner import run_file

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Keep which messages are known to the minute only."""
    run_file("0026_seconds.sql")
