"""Room beside rows that are written with every message."""

from hebah.app.migrations.runner import run_file

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Let new versions of devices and topics stay on their page."""
    run_file("0030_room.sql")
