"""Admins, API keys, second steps, sessions told apart, requests that may be repeated, a trail nobody edits."""

from hebah.app.migrations.runner import run_file

revision = "0020"
down_revision = "0017"


def upgrade() -> None:
    """Make access complete."""
    run_file("0020_access.sql")
