"""What every test has: Hypothesis settings that suit a busy machine, a clock that obeys, and real PostgreSQL."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import structlog
from hypothesis import settings

from hebah.app.migrate import migrate
from hebah.app.partitions import ensure_partitions
from hebah.foundation.clock import ManualClock
from hebah.foundation.embedded_postgres import ClusterOptions, EmbeddedPostgres
from hebah.foundation.postgres import Database
from tests.rooms import room

# A shared machine is slow now and then; a property is judged by its answer, never by its milliseconds.
settings.register_profile("hebah", deadline=None, print_blob=True)
settings.load_profile("hebah")

# Without a word structlog draws every variable of a traceback: a second in which the event loop stands still.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

TEMPLATE = "hebah_template"
# A Monday, 17:00 in Kuala Lumpur: outside the quiet hours.
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


# The longest files are in these folders; begun first, none of them is left for one worker at the end.
LONG_FIRST = ("browser", "journeys", "crash", "contracts", "integration")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the folders by how long their files take; within a folder chance decides."""
    rank = {folder: place for place, folder in enumerate(LONG_FIRST)}
    tests = Path(__file__).parent
    items.sort(key=lambda item: rank.get(item.path.relative_to(tests).parts[0], len(rank)))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where tests may be told to take PostgreSQL from."""
    parser.addoption("--postgres-programs", type=Path, help="the folder of another PostgreSQL's programs")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def postgres_folder() -> Iterator[Path]:
    """Room for servers that a test starts and kills by itself."""
    with room("test") as folder:
        yield folder


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Iterator[EmbeddedPostgres]:
    """One throw-away server per xdist worker, with a migrated template database."""
    options = ClusterOptions(binaries=pytestconfig.getoption("--postgres-programs"), durable=False)
    with room("test") as folder, EmbeddedPostgres(folder / "home", options) as running:
        asyncio.run(_make_template(running))
        yield running


@pytest.fixture(scope="session")
def database_numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
async def database_url(cluster: EmbeddedPostgres, database_numbers: Iterator[int]) -> AsyncIterator[str]:
    """A fresh database with the newest schema, for this test alone."""
    name = f"test_{next(database_numbers)}"
    await _administer(cluster, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    yield cluster.url_of(name)
    await _administer(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on a fresh database with the newest schema."""
    async with await Database.connect(database_url) as opened:
        yield opened


async def _make_template(cluster: EmbeddedPostgres) -> None:
    await _administer(cluster, f"CREATE DATABASE {TEMPLATE}")
    url = cluster.url_of(TEMPLATE)
    await migrate(url)
    async with await Database.connect(url) as database:
        await ensure_partitions(database, START)


async def _administer(cluster: EmbeddedPostgres, statement: str) -> None:
    connection = await asyncpg.connect(cluster.url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
