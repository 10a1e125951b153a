"""Every statement is one that PostgreSQL accepts on the real schema, says why it exists, and is used."""

import re
from pathlib import Path

import asyncpg
import pytest

from hebah.foundation.postgres import load_queries

SOURCES = Path(__file__).resolve().parents[2] / "src"
FILES = [path for path in sorted(SOURCES.rglob("*.sql")) if path.parent.name != "versions"]


def package_of(path: Path) -> str:
    return ".".join(path.parent.relative_to(SOURCES).parts)


@pytest.fixture(params=FILES, ids=lambda path: f"{package_of(path)}:{path.stem}")
def file(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


async def test_every_statement_prepares_on_the_newest_schema(file: Path, database_url: str) -> None:
    queries = load_queries(package_of(file), file.name)
    refused = []
    connection = await asyncpg.connect(database_url)
    for name in queries.names():
        try:
            await connection.prepare(getattr(queries, name).sql)
        except asyncpg.PostgresError as error:  # collected, so that all refusals are reported together
            refused.append(f"{name}: {error}")
    await connection.close()
    assert refused == []


def test_every_statement_says_why(file: Path) -> None:
    lines = file.read_text().splitlines()
    named = [(line, after) for line, after in zip(lines, [*lines[1:], ""], strict=True) if line.startswith("-- name:")]
    assert named != []
    assert [line for line, after in named if not re.match(r"-- \w", after)] == []


def test_lists_go_by_key_and_never_by_offset(file: Path) -> None:
    assert re.search(r"\bOFFSET\b", file.read_text(), re.IGNORECASE) is None


def test_every_statement_is_used(file: Path) -> None:
    code = "\n".join(path.read_text() for path in file.parent.rglob("*.py"))
    # The migrations' statements are run by the composition above them.
    code += "\n".join(path.read_text() for path in file.parent.parent.glob("*.py"))
    names = load_queries(package_of(file), file.name).names()
    assert [name for name in names if not re.search(rf"\.{name}\b", code)] == []
