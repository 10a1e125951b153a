"""A workspace with devices that are online in one gateway, leads, and campaigns that are under way."""

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.clock import ManualClock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Record
from hebah.messaging.template import Template, parse_template, variables_used
from hebah.outbox import actions, reads
from hebah.outbox.actions import Claim, Claimed
from hebah.outbox.model import (
    AskedLane,
    Audience,
    AudienceCount,
    DeviceEpoch,
    Dispatch,
    Enqueue,
    LaneFacts,
    NewStream,
    OutboxState,
    Pace,
    Reply,
    SendHistory,
    Settled,
    Settlement,
)

EPOCH = 1


def answer_to(dispatch: Dispatch, at: datetime) -> Reply:
    """The person a message went to writes back."""
    assert dispatch.contact_id is not None
    return Reply(dispatch.device.workspace_id, dispatch.device.device_id, dispatch.contact_id, at)


class Fleet:
    """Everything a test of the outbox needs, stated by rows."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database = database
        self.clock = clock
        self.workspace_id = make_id()
        self.owner = make_id()
        self._numbers = itertools.count(120000001)

    async def found(self, **policy: object) -> None:
        """The workspace; by default nothing holds a message back."""
        facts = {"quiet_on": False, "hourly_cap": None, "daily_cap": None, **policy}
        async with self.database.transaction() as tx:
            await tx.execute(
                "INSERT INTO workspace (id, name, created_at) VALUES ($1, 'Shop', $2)",
                self.workspace_id,
                self.clock.now(),
            )
        await self.set_policy(**facts)

    async def set_policy(self, **facts: object) -> None:
        """Change how the workspace protects its numbers."""
        async with self.database.transaction() as tx:
            for column, value in facts.items():
                await tx.execute(f"UPDATE workspace SET {column} = $2 WHERE id = $1", self.workspace_id, value)

    async def add_device(self, state: str = "online", *, linked: bool = True) -> UUID:
        """A device this gateway holds."""
        device_id = make_id()
        async with self.database.transaction() as tx:
            await tx.execute(
                "INSERT INTO device (workspace_id, id, name, transport, state, state_since, wanted, owner, epoch,"
                " linked_at, created_at) VALUES ($1, $2, 'Number', 'simulated', $3, $4, 'on', $5, $6, $7, $4)",
                self.workspace_id,
                device_id,
                state,
                self.clock.now(),
                self.owner,
                EPOCH,
                self.clock.now() if linked else None,
            )
        return device_id

    async def add_lead(self, device_id: UUID | None, **facts: object) -> UUID:
        """A person who may be written to; returns the contact."""
        contact_id = make_id()
        contact = {
            "phone": f"+60{next(self._numbers)}",
            "name": "Aisyah",
            "zone": None,
            "consent": "granted",
            "variables": {},
            **facts,
        }
        niches, status = contact.pop("niches", []), contact.pop("status", "prospect")
        async with self.database.transaction() as tx:
            await tx.execute(
                "INSERT INTO contact (workspace_id, id, phone, name, zone, consent, variables, created_at, updated_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
                self.workspace_id,
                contact_id,
                *contact.values(),
                self.clock.now(),
            )
            await tx.execute(
                "INSERT INTO lead (workspace_id, id, contact_id, device_id, niches, status, created_at, updated_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
                self.workspace_id,
                make_id(),
                contact_id,
                device_id,
                niches,
                status,
                self.clock.now(),
            )
        return contact_id

    async def suppress(self, contact_id: UUID) -> None:
        """What a person who asks for it gets, without touching the outbox."""
        async with self.database.transaction() as tx:
            await tx.execute(
                "INSERT INTO suppression (workspace_id, address_hash, contact_id, reason, at)"
                " SELECT workspace_id, sha256(convert_to(workspace_id::text || ':' || phone, 'UTF8')), id,"
                " 'opted_out', $3 FROM contact WHERE workspace_id = $1 AND id = $2",
                self.workspace_id,
                contact_id,
                self.clock.now(),
            )

    async def launch(self, body: str = "Hello {{name}}", pace: Pace = Pace(0, 0), **audience: object) -> UUID:
        """A campaign to everybody the audience allows."""
        campaign_id = make_id()
        await self.open(NewStream(self.workspace_id, campaign_id, pace))
        await self.enqueue(campaign_id, body, None, **audience)
        return campaign_id

    async def open(self, stream: NewStream) -> None:
        async with self.database.transaction() as tx:
            await actions.open_stream(tx, stream)

    async def enqueue(
        self, campaign_id: UUID, body: str = "Hello {{name}}", media_id: UUID | None = None, **audience: object
    ) -> list[AudienceCount]:
        template = parse_template(body, known=None)
        names = variables_used(template) if isinstance(template, Template) else ()
        now = self.clock.now()
        async with self.database.transaction() as tx:
            content_id = await actions.add_content(tx, self.workspace_id, body, media_id, now)
            asked = Audience(self.workspace_id, campaign_id, **audience)  # type: ignore[arg-type]
            return await actions.enqueue_campaign(tx, Enqueue(asked, content_id, names, now), now)

    def device(self, device_id: UUID, epoch: int = EPOCH) -> DeviceEpoch:
        return DeviceEpoch(self.workspace_id, device_id, epoch)

    async def claim(
        self,
        *device_ids: UUID,
        epoch: int = EPOCH,
        facts: LaneFacts | None = None,
        depth: int = 1,
        crashpoint: CrashPoints | None = None,
    ) -> Claimed:
        """One round for these devices, which have not sent anything of late unless told."""
        lanes = tuple(
            AskedLane(self.device(device_id, epoch), facts or LaneFacts(None, 0.0, SendHistory((), 1000)), 0.0, depth)
            for device_id in device_ids
        )
        return await actions.claim(
            self.database, Claim(self.owner, lanes, self.clock.now()), crashpoint or CrashPoints.none()
        )

    async def settle(
        self, dispatches: Sequence[Dispatch], to: OutboxState = OutboxState.ACCEPTED, code: str | None = None
    ) -> list[Settled]:
        accepted_at = self.clock.now() if to is OutboxState.ACCEPTED else None
        settlements = [Settlement(dispatch, to, code, accepted_at) for dispatch in dispatches]
        async with self.database.transaction() as tx:
            return await actions.settle(tx, settlements, self.clock.now())

    async def take_device_over(self, device_id: UUID) -> DeviceEpoch:
        """Another gateway claims the device, as `gateway.leases` does; what was on the wire is in doubt."""
        async with self.database.transaction() as tx:
            epoch = await tx.fetchval(
                "UPDATE device SET owner = $3, epoch = epoch + 1 WHERE workspace_id = $1 AND id = $2 RETURNING epoch",
                self.workspace_id,
                device_id,
                make_id(),
            )
            device = self.device(device_id, epoch)
            await actions.take_over(tx, [device], self.clock.now())
        return device

    async def states(self, campaign_id: UUID) -> Counter[str]:
        async with self.database.connection() as connection:
            lines = await reads.tally(connection, self.workspace_id, campaign_id)
        counts: Counter[str] = Counter()
        for line in lines:
            counts[line.state.value if line.code is None else f"{line.state}:{line.code}"] += line.count
        return counts

    async def row(self, contact_id: UUID | None) -> Record:
        """The newest row for a person."""
        async with self.database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT * FROM outbox WHERE workspace_id = $1 AND contact_id = $2"
                " ORDER BY created_at DESC, id DESC LIMIT 1",
                self.workspace_id,
                contact_id,
            )
        assert row is not None
        return row

    async def at(self, instant: datetime) -> None:
        await self.clock.move_to(instant)
