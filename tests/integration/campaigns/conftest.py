"""A shop with devices and leads, and the campaign routes in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.app.web import Parts
from hebah.campaigns.api import calendar, drafts, reports
from hebah.contacts.actions import people as contacts
from hebah.contacts.model import NewSuppression, SuppressionReason
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.passwords import Argon2Passwords
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """The application with the routes of campaigns."""
    routes = (*calendar.ROUTES, *drafts.ROUTES, *reports.ROUTES)
    return Parts(parts.db, parts.clock, parts.passwords, parts.installation, routes=routes)


@dataclass
class Shop:
    """A workspace whose owner and operator are signed in."""

    database: Database
    clock: ManualClock
    account: Account
    owner: httpx.AsyncClient
    operator: httpx.AsyncClient

    async def device(self, name: str, state: str = "online") -> UUID:
        """A device, linked unless its state says otherwise."""
        device_id = make_id()
        async with self.database.transaction() as tx:
            await tx.execute(
                "INSERT INTO device (workspace_id, id, name, transport, state, state_since, created_at, linked_at)"
                " VALUES ($1, $2, $3, 'simulated', $4, $5, $5, $6)",
                self.account.workspace_id,
                device_id,
                name,
                state,
                self.clock.now(),
                None if state == "unlinked" else self.clock.now(),
            )
        return device_id

    async def lead(self, phone: str | None, device_id: UUID | None, **facts: object) -> UUID:
        """A lead; consent is granted unless stated."""
        contact_id = make_id()
        async with self.database.transaction() as tx:
            await tx.execute(
                "INSERT INTO contact (workspace_id, id, phone, name, consent, created_at, updated_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $6)",
                self.account.workspace_id,
                contact_id,
                phone,
                facts.get("name", "Siti"),
                facts.get("consent", "granted"),
                self.clock.now(),
            )
            await tx.execute(
                "INSERT INTO lead (workspace_id, id, contact_id, device_id, niches, created_at, updated_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $6)",
                self.account.workspace_id,
                make_id(),
                contact_id,
                device_id,
                facts.get("niches", ["skincare"]),
                self.clock.now(),
            )
        return contact_id

    async def suppress(self, contact_id: UUID, phone: str) -> None:
        """A person who wants no more."""
        opted_out = NewSuppression(
            self.account.workspace_id, contact_id, phone, SuppressionReason.OPTED_OUT, self.clock.now()
        )
        async with self.database.transaction() as tx:
            await contacts.suppress(tx, [opted_out])


@pytest.fixture
async def shop(web: Web, database: Database, clock: ManualClock, passwords: Argon2Passwords) -> Shop:
    account = await web.found()
    operator = await web.person(account.workspace_id, Role.OPERATOR)
    return Shop(database, clock, account, await web.signed_in(account), await web.signed_in(operator))
