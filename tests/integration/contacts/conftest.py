"""A shop with people in it, and the routes of leads and imports."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from hebah.access.model import Role
from hebah.app.web import Parts
from hebah.contacts.api import bulk, exports, imports, leads
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database, Transaction
from tests.integration.conftest import Web
from tests.integration.contacts.importing import Desk
from tests.integration.worlds import World, make_world


@dataclass
class Stops:
    """Stands for the layers above and remembers what it was told, in the transaction that told it."""

    suppressed: list[tuple[UUID, str]] = field(default_factory=list)
    deleted: list[UUID] = field(default_factory=list)

    async def contacts_suppressed(
        self, tx: Transaction, workspace_id: UUID, contact_ids: Collection[UUID], *, reason: str, now: datetime
    ) -> None:
        self.suppressed += [(contact_id, reason) for contact_id in contact_ids]

    async def contacts_deleted(
        self, tx: Transaction, workspace_id: UUID, contact_ids: Collection[UUID], *, now: datetime
    ) -> None:
        self.deleted += contact_ids


@pytest.fixture
async def world(database: Database, clock: ManualClock) -> World:
    return await make_world(database, clock)


@pytest.fixture
def stops() -> Stops:
    return Stops()


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def parts(parts: Parts, stops: Stops, uploads: Path) -> Parts:
    return replace(
        parts,
        routes=(*leads.ROUTES, *bulk.ROUTES, *exports.ROUTES, *imports.ROUTES),
        provided={"contact_stops": stops, "uploads": uploads},
    )


@pytest.fixture
async def desk(web: Web, database: Database, clock: ManualClock, uploads: Path) -> Desk:
    shop = await web.found()
    operator = await web.person(shop.workspace_id, Role.OPERATOR)
    return Desk(await web.signed_in(operator), database, clock, uploads, shop)
