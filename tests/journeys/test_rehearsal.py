"""`hebah rehearse` as a person runs it: a file in, figures out, nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

HEBAH = Path(sys.executable).with_name("hebah")
KEYS = {
    "recipients", "excluded", "states", "wire_sends", "wire_duplicates", "stale_sends", "lost", "unknown",
    "unknown_seen", "kills", "in_flight_at_kills", "seconds_real", "seconds_simulated", "finish_estimate_s",
}  # fmt: skip

# Somebody's database is set, and must not be touched: there is none at this address.
ENVIRONMENT = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/elsewhere"}


def rehearse(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [HEBAH, "rehearse", *arguments], capture_output=True, text=True, env=ENVIRONMENT, timeout=150, check=False
    )


def children_of(parent: int) -> set[Path]:
    """The processes a process has started and that still run, as folders of /proc."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (folder / "stat").read_text().rsplit(")", 1)[1].split()[1] == str(parent):
                found.add(folder)
    return found


def folder_of_rehearsal(parent: int) -> Path:
    """Where a running rehearsal keeps everything, once its first gateway has been started."""
    deadline, nap = time.monotonic() + 60, threading.Event()
    while time.monotonic() < deadline:
        for child in children_of(parent):
            with suppress(OSError):
                told = re.search(rb"HEBAH_SIMULATED_SOCKET=([^\0]+)", (child / "environ").read_bytes())
                if told:
                    return Path(os.fsdecode(told[1])).parent
        nap.wait(0.05)
    raise AssertionError("no gateway was started")


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    """120 people: four cannot be reached by this number, ten stand in the file twice, six said no."""
    rows = [f"Siti {number};+6012{number:07d};yes" for number in range(1_000_000, 1_000_100)]
    rows += [f"Siti {number};+6012{number:07d};yes" for number in range(1_000_000, 1_000_010)]
    rows += [f"Budi {number};+6013{number:07d};no" for number in range(1_000_000, 1_000_006)]
    rows += ["Ali;12;yes", "Abu;;yes", "Mei;not a number;yes", "Kumar;+60 12;yes"]
    path = tmp_path / "senarai.csv"
    path.write_text("\n".join(["Nama;No Telefon;Persetujuan", *rows]) + "\n")
    return path


@pytest.mark.timeout(180)
def test_a_file_of_leads_comes_out_as_figures_that_add_up(leads: Path, tmp_path: Path) -> None:
    written = tmp_path / "figures.json"

    told = rehearse("--leads", leads, "--devices", "10", "--report", written)

    assert told.returncode == 0, told.stderr
    figures: dict[str, Any] = json.loads(told.stdout)
    assert figures.keys() == KEYS
    assert json.loads(written.read_text()) == figures
    assert figures["recipients"] == sum(figures["states"].values()) == figures["wire_sends"] == 100
    assert figures["recipients"] + sum(figures["excluded"].values()) == 120
    assert figures["excluded"]["duplicate_in_file"] == 10
    assert (figures["wire_duplicates"], figures["lost"], figures["unknown"]) == (0, 0, 0)
    assert 0.5 <= figures["seconds_simulated"] / figures["finish_estimate_s"] <= 1.5


@pytest.mark.timeout(180)
def test_the_default_policy_waits_for_the_morning(tmp_path: Path) -> None:
    # 130 messages of one number: 60 an hour, so three hours of the first day are needed.
    path = tmp_path / "leads.csv"
    path.write_text("\n".join(["Phone", *(f"+6012{number:07d}" for number in range(1_000_000, 1_000_130))]) + "\n")

    told = rehearse("--leads", path, "--devices", "1", "--policy", "default")

    assert told.returncode == 0, told.stderr
    figures = json.loads(told.stdout)
    assert figures["wire_sends"] == 130
    assert figures["seconds_simulated"] > 2 * 3600
    assert figures["seconds_simulated"] == pytest.approx(figures["finish_estimate_s"], rel=0.05)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"Name,City\nSiti,Ipoh\n", "telephone"), (b"%PDF-1.7 \x00\x01", "")],
    ids=["empty", "no_phones", "pdf"],
)
@pytest.mark.timeout(60)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)

    told = rehearse("--leads", path)

    assert told.returncode == 2
    assert told.stdout == ""
    assert "hebah: " in told.stderr
    assert said in told.stderr.lower()
    assert "Traceback" not in told.stderr


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    told = rehearse("--leads", tmp_path / "nowhere.csv")

    assert (told.returncode, told.stdout) == (2, "")
    assert "nowhere.csv" in told.stderr


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_rehearsal_leaves_no_process_and_no_folder(leads: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [HEBAH, "rehearse", "--leads", leads, "--devices", "2", "--speed", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    ) as rehearsing:
        folder = folder_of_rehearsal(rehearsing.pid)
        children = children_of(rehearsing.pid)
        rehearsing.send_signal(number)
        said, _ = rehearsing.communicate(timeout=60)

    assert (rehearsing.returncode, said) == (130, b"")
    assert len(children) == 2  # the database and a gateway
    assert [child for child in children if child.exists()] == []
    assert not folder.exists()
