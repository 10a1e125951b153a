"""Go, as `make companion` finds it, for tests of the companion's sources."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

OLDEST = (1, 26)


@dataclass(frozen=True, slots=True)
class Go:
    """A Go that is new enough, run in the companion's sources."""

    program: str
    sources: Path

    def __call__(self, *arguments: str, **environment: str) -> None:
        """Run to the end; what it says is the failure."""
        ended = subprocess.run(
            [self.program, *arguments],
            cwd=self.sources,
            env=os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout


@pytest.fixture(scope="session")
def go() -> Go:
    """The system's Go when it is new enough, else the one that `make companion` has put beside our Python."""
    for program in ("go", str(Path(sys.executable).with_name("go"))):
        try:
            asked = subprocess.run([program, "env", "GOVERSION"], capture_output=True, text=True, cwd="/", check=False)
        except FileNotFoundError:
            continue
        found = re.match(r"go(\d+)\.(\d+)", asked.stdout)
        if found and (int(found[1]), int(found[2])) >= OLDEST:
            return Go(program, Path(__file__).resolve().parents[3] / "companion")
    raise AssertionError("The companion's tests need Go: run `make companion` first.")
