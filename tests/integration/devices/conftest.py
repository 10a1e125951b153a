"""A shop in front of whose browser a gateway links simulated numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hebah.access.model import Account, Actor, Installation, Role, Settings
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.app import simulated_phones
from hebah.app.joints import CountsSends, EndsWithDevice, OffersTransports, TellsHistories
from hebah.app.simulated_phones import PhoneNetwork
from hebah.app.web import Parts
from hebah.devices.api import bulk, linking, slots
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web, application
from tests.integration.gateway.fleet import Fleet, open_fleet
from tests.integration.worlds import World


@dataclass
class Shop:
    """A workspace, its owner's browser, and the gateway's world behind it."""

    web: Web
    fleet: Fleet
    account: Account
    owner: httpx.AsyncClient

    async def create(self, name: str = "Number 1") -> UUID:
        """A new slot."""
        answer = await self.owner.post("/api/devices", json={"name": name, "transport": "simulated"})
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def get(self, path: str) -> dict[str, Any]:
        """What the owner's browser is answered."""
        answer = await self.owner.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def until(self, path: str, **facts: object) -> dict[str, Any]:
        """Let time go on until the answer says this."""

        async def look() -> dict[str, Any] | None:
            found = await self.get(path)
            return found if all(found[name] == fact for name, fact in facts.items()) else None

        return await self.fleet.until(look)


@pytest.fixture
async def shop(
    parts: Parts, database: Database, database_url: str, clock: ManualClock, tmp_path: Path
) -> AsyncIterator[Shop]:
    """Its gateway is not started."""
    world = World(database, clock, uuid4(), uuid4(), Actor(uuid4(), uuid4(), "", Role.OWNER))
    async with (
        AsyncExitStack() as clients,
        open_fleet(world, database_url, tmp_path) as fleet,
        SimulatedTransport(fleet.network, clock) as transport,
    ):
        phones: PhoneNetwork = fleet.network
        serving = replace(
            parts,
            db=fleet.world.database,
            routes=(*slots.ROUTES, *bulk.ROUTES, *linking.ROUTES, *simulated_phones.ROUTES),
            installation=Installation("0.0-test", simulated_available=True),
            provided={
                "transports": OffersTransports({transport.name: transport}),
                "device_ends": EndsWithDevice(),
                "sends": CountsSends(),
                "histories": TellsHistories(),
                "simulated": phones,
                "blobs": FilesystemBlobs(tmp_path),
            },
        )
        web = Web(application(serving), serving, clients)
        account = await web.found(Settings("Kedai", simulated_on=True))
        yield Shop(web, fleet, account, await web.signed_in(account))
