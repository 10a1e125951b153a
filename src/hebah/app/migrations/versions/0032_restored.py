"""What a restore holds is found without reading whole tables."""

from hebah.app.migrations.runner import run_file

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Index what waits for a person after a restore."""
    run_file("0032_restored.sql")
