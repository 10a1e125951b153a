"""Commands for whoever sits at the machine: people, what Hebah stands on, a backup and its restore."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import Start
from tests.journeys.test_up import SETUP

# Each command is a process of its own, and a test starts up to eight.
pytestmark = pytest.mark.timeout(240)


def hebah(home: Path, *arguments: str, code: int = 0) -> str:
    """What a command prints that ends with this code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HEBAH", "D"))}
    done = subprocess.run(
        [sys.executable, "-c", "from hebah.app.cli import main; main()", *arguments],
        env={**environment, "HEBAH_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_people_are_added_switched_off_and_helped_back_in(start: Start) -> None:
    process = start("up")
    token = process.printed(r"/setup\?token=(\S+)")
    with process.browser() as browser:
        assert browser.post("/api/setup", json={**SETUP, "token": token}).status_code == 201
        link = hebah(process.home, "user", "add", "budi@example.com", "--name", "Budi")
        invited = re.search(r"/join\?token=(\S+)", link)
        assert invited is not None
        hebah(process.home, "user", "disable", "budi@example.com")
        listed = json.loads(hebah(process.home, "user", "list", "--json"))
        assert [(each["email"], each["role"], each["disabled"]) for each in listed] == [
            ("aminah@example.com", "owner", False),
            ("budi@example.com", "operator", True),
        ]
        hebah(process.home, "user", "enable", "budi@example.com")
        assert "/enter?token=" in hebah(process.home, "user", "password-link", "aminah@example.com")
        assert "Nobody here" in hebah(process.home, "user", "disable", "nobody@example.com", code=1)
        assert "owner" in hebah(process.home, "user", "disable", "aminah@example.com", code=1)
    # The simulated phones stay where gateways of other processes look for them.
    assert (process.home / "simulated" / "network.sock").is_socket()


def test_a_doctor_looks_at_everything_that_hebah_stands_on(start: Start) -> None:
    process = start("up")
    process.printed(r"(token=)")
    found = {each["what"]: each for each in json.loads(hebah(process.home, "doctor", "--json"))}
    assert {"disk", "database", "schema", "partitions", "media", "sealing key", "companion", "port"} == set(found)
    assert found["schema"]["state"] == found["media"]["state"] == "good"


def test_a_backup_of_a_running_hebah_becomes_another_one(start: Start) -> None:
    process = start("up")
    token = process.printed(r"/setup\?token=(\S+)")
    with process.browser() as browser:
        assert browser.post("/api/setup", json={**SETUP, "token": token}).status_code == 201
    file = process.home.parent / "monday.backup"
    assert "Not encrypted" in hebah(process.home, "backup", str(file))
    assert "already running" in hebah(process.home, "restore", str(file), code=1)
    assert process.stop() == 0

    again = process.home.parent / "again"
    assert "Nothing is sent until people decide" in hebah(again, "restore", str(file))
    restored = start("up", HEBAH_HOME=str(again))
    restored.printed(r"(is ready)")
    with restored.browser() as browser:
        answer = browser.post("/api/session", json={"email": SETUP["email"], "password": SETUP["password"]})
        assert answer.json()["user"]["name"] == "Aminah"
