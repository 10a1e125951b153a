"""Every contract test runs over every transport."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.gateway.transport import DeviceRef
from tests.conftest import TEMPLATE
from tests.contracts.companion_harness import CompanionHarness, CompanionWorld, companion_world
from tests.contracts.harness import Harness, new_device
from tests.contracts.simulated_harness import simulated, simulated_socket


@pytest.fixture(params=["simulated", "simulated-socket", "companion"])
def harness(request: pytest.FixtureRequest) -> Harness:
    opened: Harness = request.getfixturevalue(f"{request.param.replace('-', '_')}_harness")
    return opened


@pytest_asyncio.fixture(loop_scope="module")
async def simulated_harness() -> AsyncIterator[Harness]:
    async with simulated() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def simulated_socket_harness() -> AsyncIterator[Harness]:
    async with simulated_socket() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def companions(cluster: EmbeddedPostgres) -> AsyncIterator[CompanionWorld]:
    name = f"contracts_{uuid4().hex}"
    await _administer(cluster, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    async with companion_world(cluster.url_of(name)) as world:
        yield world
    await _administer(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture(loop_scope="module")
async def companion_harness(companions: CompanionWorld) -> AsyncIterator[CompanionHarness]:
    async with companions.harness() as opened:
        yield opened


async def _administer(cluster: EmbeddedPostgres, statement: str) -> None:
    connection = await asyncpg.connect(cluster.url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
def device() -> DeviceRef:
    return new_device()
