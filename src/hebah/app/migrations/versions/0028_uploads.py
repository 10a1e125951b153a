"""Files that arrive in pieces."""

from hebah.app.migrations.runner import run_file

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Make room for uploads that go on after a cut."""
    run_file("0028_uploads.sql")
