"""Every contract test runs over every transport."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from hebah.gateway.transport import DeviceRef
from tests.contracts.harness import Harness, new_device
from tests.contracts.simulated_harness import simulated, simulated_socket

HARNESSES: dict[str, Callable[[], AbstractAsyncContextManager[Harness]]] = {
    "simulated": simulated,
    "simulated-socket": simulated_socket,
}


@pytest.fixture(params=HARNESSES)
async def harness(request: pytest.FixtureRequest) -> AsyncIterator[Harness]:
    async with HARNESSES[request.param]() as opened:
        yield opened


@pytest.fixture
def device() -> DeviceRef:
    return new_device()
