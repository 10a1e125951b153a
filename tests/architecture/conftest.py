"""The repository as its tests see it: the tracked files and the parsed Python modules."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file git knows and the working tree still has."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def modules(tracked: list[Path]) -> dict[str, ast.Module]:
    """The tracked Python modules of the product, its tests and benchmarks, by path."""
    folders = ("src/", "tests/", "benchmarks/")
    # A generated module follows its compiler's rules.
    python = [path for path in tracked if path.suffix == ".py" and not path.stem.endswith("_pb2")]
    named = {path.relative_to(ROOT).as_posix(): path for path in python}
    return {name: ast.parse(path.read_bytes()) for name, path in named.items() if name.startswith(folders)}
