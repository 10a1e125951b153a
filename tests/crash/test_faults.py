"""The tests bite: each fault that must never be built in makes the test fail that is there to find it.

A fault is a patch in `faults`: what it breaks, the test that judges it, and the change, which is applied to a
temporary copy of the package.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS = sorted((Path(__file__).parent / "faults").glob("*.patch"))
WITHIN_S = 60
FAILED, PASSED = 1, 0


@dataclass(frozen=True, slots=True)
class Fault:
    """A patch and the test that must notice it."""

    patch: Path
    judge: str

    @classmethod
    def read(cls, patch: Path) -> "Fault":
        """The patch of a file."""
        judge = re.search(r"^Judge: (\S+)$", patch.read_text(), re.MULTILINE)
        assert judge, f"{patch.name} names no judge"
        return cls(patch, judge[1])


def judged(sources: Path, *judges: str) -> "subprocess.CompletedProcess[str]":
    """Run tests of this repository on another copy of the package, as they are run always."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(sources), str(ROOT), str(ROOT / "benchmarks")))}
    command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *judges)
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=WITHIN_S * 5, check=False
    )


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the package without what nothing imports."""
    shutil.copytree(
        ROOT / "src" / "hebah", tmp_path / "src" / "hebah", ignore=shutil.ignore_patterns("static", "__pycache__")
    )
    (tmp_path / "src" / "hebah" / "app" / "static").mkdir()
    return tmp_path / "src"


@pytest.mark.prove
@pytest.mark.timeout(WITHIN_S * 5)
def test_without_a_fault_every_judge_is_content(sources: Path) -> None:
    ran = judged(sources, *sorted({Fault.read(patch).judge for patch in FAULTS}))

    assert len(FAULTS) >= 9
    assert ran.returncode == PASSED, ran.stdout


@pytest.mark.prove
@pytest.mark.timeout(WITHIN_S * 5)
@pytest.mark.parametrize("patch", FAULTS, ids=lambda patch: patch.stem)
def test_a_fault_is_found_by_its_judge(sources: Path, patch: Path) -> None:
    fault = Fault.read(patch)
    applied = subprocess.run(
        ["git", "apply", "-p1", str(patch)], cwd=sources.parent, capture_output=True, text=True, check=False
    )
    assert applied.returncode == 0, f"write {patch.name} anew, the sources have moved on: {applied.stderr}"

    ran = judged(sources, fault.judge)

    assert ran.returncode == FAILED, ran.stdout + ran.stderr
    assert re.search(r"\b\d+ failed", ran.stdout), ran.stdout
    assert not re.search(r"\b\d+ error", ran.stdout), ran.stdout
