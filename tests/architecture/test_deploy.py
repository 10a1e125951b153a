"""The examples for running Hebah name commands and variables that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from hebah.app.cli import app
from hebah.app.settings import environment_of, read_settings

ROLES = ("web", "worker", "gateway")


@pytest.fixture
def compose(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())
    return found


def test_every_role_of_the_example_is_a_command(compose: dict[str, Any]) -> None:
    assert tuple(compose["services"])[:3] == ROLES
    for role in ROLES:
        assert compose["services"][role]["command"] == [role]
        assert app[role] is not None


def test_every_variable_of_the_example_means_something_and_is_accepted(compose: dict[str, Any], root: Path) -> None:
    given = dict(compose["services"]["web"]["environment"])
    given["HEBAH_SEALING_KEY"] = ""
    given["HEBAH_PUBLIC_URL"] = "https://hebah.example.com"
    given = {name: re.sub(r"\$\{\w+:[?-]\}", "", value) for name, value in given.items()}
    settings = read_settings(given)
    assert given.keys() <= environment_of(settings).keys()
    assert (settings.simulated, settings.metrics_port) == (False, 9100)
    image = (root / "deploy" / "Dockerfile").read_text()
    assert set(re.findall(r"(HEBAH_\w+|HOST)=", image)) <= environment_of(settings).keys()


def test_what_the_image_copies_is_there(root: Path) -> None:
    image = (root / "deploy" / "Dockerfile").read_text()
    assert (root / "requirements" / "base.txt").is_file()
    assert "make ui companion" in image
    assert re.search(r"^companion: ", (root / "Makefile").read_text(), re.MULTILINE)
    assert (root / "companion" / "cmd" / "hebah-companion").is_dir()
