"""What a restore holds is found without reading whole tables."""

from hebah.app.migrations.runner import run_file

revision = "0035"
down_revision = "0031"


def upgrade() -> None:
    """Index what waits for a person after a restore."""
    run_file("0035_restored.sql")
