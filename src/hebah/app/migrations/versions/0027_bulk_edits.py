"""One change to many leads, with what they were before."""

from hebah.app.migrations.runner import run_file

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make room for bulk edits."""
    run_file("0027_bulk_edits.sql")
