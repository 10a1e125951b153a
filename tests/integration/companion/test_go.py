"""The companion's own tests, in Go, against a real PostgreSQL with the newest schema."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMPANION = Path(__file__).resolve().parents[3] / "companion"
OLDEST_GO = (1, 26)


def go_program() -> str:
    """The system's Go when it is new enough, else the one that `make companion` has put beside our Python."""
    for program in ("go", str(Path(sys.executable).with_name("go"))):
        try:
            asked = subprocess.run([program, "env", "GOVERSION"], capture_output=True, text=True, cwd="/", check=False)
        except FileNotFoundError:
            continue
        found = re.match(r"go(\d+)\.(\d+)", asked.stdout)
        if found and (int(found[1]), int(found[2])) >= OLDEST_GO:
            return program
    raise AssertionError("The companion's tests need Go: run `make companion` first.")


@pytest.mark.timeout(600)  # the first run compiles the libraries
def test_the_companions_own_tests_pass(database_url: str) -> None:
    environment = os.environ | {
        "HEBAH_TEST_DATABASE_URL": database_url,
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-buildvcs=false",
        "CGO_ENABLED": "0",
    }
    ended = subprocess.run(
        [go_program(), "test", "-count=1", "./..."],
        cwd=COMPANION,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
