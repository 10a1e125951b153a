"""The inbox opens over a slow line: what it fetches at first stays within its budget of bytes."""

from pathlib import Path

from bundle import inbox_bytes, scripts_of_inbox

BUDGET = 150_000


def test_the_scripts_of_the_inbox_stay_within_their_budget(root: Path) -> None:
    static = root / "src" / "hebah" / "app" / "static"
    names = {name.split("-")[0] for name in scripts_of_inbox(static)}
    assert {"frame", "index", "inbox", "core"} <= names
    assert inbox_bytes(static) <= BUDGET
