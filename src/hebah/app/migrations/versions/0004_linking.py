"""Who a number is, who has read what linking it risks, and answers to a passkey."""

from hebah.app.migrations.runner import run_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen devices and their linkings; remember who accepted the risk."""
    run_file("0004_linking.sql")
