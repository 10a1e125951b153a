"""What is installed is pinned by hash, and written down once for pip and once for package users, alike."""

import re
import tomllib
from pathlib import Path

REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+", re.MULTILINE)


def asked_for(path: Path) -> list[str]:
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return [line for line in lines if line and not line.startswith("-r")]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", line)[0] for line in requirements}


def test_package_metadata_asks_for_what_the_requirements_ask_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert sorted(project["dependencies"]) == sorted(asked_for(root / "requirements" / "base.in"))


def test_every_wish_is_pinned(root: Path) -> None:
    folder = root / "requirements"
    base = set(REQUIREMENT.findall((folder / "base.txt").read_text()))
    dev = set(REQUIREMENT.findall((folder / "dev.txt").read_text()))
    assert names(asked_for(folder / "base.in")) <= base
    assert names(asked_for(folder / "dev.in")) | base <= dev


def test_every_pin_carries_hashes(root: Path) -> None:
    for name in ("base.txt", "dev.txt", "companion.txt"):
        pins = re.split(r"\n(?=[a-z0-9])", (root / "requirements" / name).read_text().strip())
        assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_ui_lock_carries_hashes_and_no_addresses(root: Path) -> None:
    lock = (root / "ui" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"integrity": ') > 0
