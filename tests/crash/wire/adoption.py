"""Linked numbers that nobody has linked: on the network, in our tables, and in the companion's own by its own store."""

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from hebah.access.model import Actor, Role
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from tests.network.controls import Controls
from tests.network.fabrication import FabricatedDevice, PrivateKeys

_LINKED_FOR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Number:
    """One linked number: its slot, and its name on the network."""

    device_id: UUID
    phone: str
    name: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A workspace and its numbers, which a gateway connects as soon as it runs."""

    owner: Actor
    numbers: tuple[Number, ...]

    @property
    def workspace_id(self) -> UUID:
        """The workspace."""
        return self.owner.workspace_id


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where the credentials go: the companion's program, its database, and the key that seals them."""

    program: Path
    database_url: str
    sealing_key: bytes


async def found_shop(
    db: Database, network: Controls, keeper: Keeper, *, first: str, numbers: int, now: datetime
) -> Shop:
    """A workspace without quiet hours and caps, whose numbers have long been linked."""
    return await add_numbers(db, network, keeper, await _workspace(db, now), first=first, numbers=numbers, now=now)


async def add_numbers(
    db: Database, network: Controls, keeper: Keeper, owner: Actor, *, first: str, numbers: int, now: datetime
) -> Shop:
    """Numbers of a workspace that is there already."""
    fabrication = await network.fabricate(first, numbers)
    slots = [make_id() for _ in fabrication.devices]
    shop = Shop(owner, tuple(map(_number, slots, fabrication.devices)))
    # A gateway that runs already opens a slot as soon as it is there.
    await _adopt(
        keeper, fabrication.keys, [_line(owner, *pair) for pair in zip(slots, fabrication.devices, strict=True)]
    )
    await _add_devices(db, shop, now - _LINKED_FOR)
    return shop


async def add_leads(db: Database, shop: Shop, phones: Sequence[str], now: datetime) -> None:
    """People who agreed, dealt out to the numbers in turn."""
    ids = [make_id() for _ in phones]
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO contact (workspace_id, id, phone, name, consent, created_at, updated_at)"
            " SELECT $1, id, phone, 'Siti', 'granted', $4, $4 FROM unnest($2::uuid[], $3::text[]) AS given (id, phone)",
            shop.workspace_id,
            ids,
            list(phones),
            now,
        )
        await tx.execute(
            "INSERT INTO lead (workspace_id, id, contact_id, device_id, created_at, updated_at)"
            " SELECT $1, id, id, device_id, $4, $4 FROM unnest($2::uuid[], $3::uuid[]) AS given (id, device_id)",
            shop.workspace_id,
            ids,
            [shop.numbers[place % len(shop.numbers)].device_id for place in range(len(ids))],
            now,
        )


def _number(slot: UUID, device: FabricatedDevice) -> Number:
    return Number(slot, device.name.partition(":")[0], device.name)


async def _workspace(db: Database, now: datetime) -> Actor:
    workspace_id, user_id = make_id(), make_id()
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO workspace (id, name, quiet_on, hourly_cap, daily_cap, created_at)"
            " VALUES ($1, 'Shop', false, NULL, NULL, $2)",
            workspace_id,
            now,
        )
        await tx.execute(
            "INSERT INTO app_user (workspace_id, id, email, name, role, password_hash, created_at)"
            " VALUES ($1, $2, $3, 'Owner', 'owner', '', $4)",
            workspace_id,
            user_id,
            f"{user_id}@example.com",
            now,
        )
    return Actor(workspace_id, user_id, "Owner", Role.OWNER)


async def _add_devices(db: Database, shop: Shop, linked_at: datetime) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, phone, state, cause, state_since, wanted,"
            " linked_at, created_at) SELECT $1, id, phone, 'companion', phone, 'stopped', 'linked', $4, 'on', $4, $4"
            " FROM unnest($2::uuid[], $3::text[]) AS given (id, phone)",
            shop.workspace_id,
            [number.device_id for number in shop.numbers],
            [f"+{number.phone}" for number in shop.numbers],
            linked_at,
        )


def _line(owner: Actor, slot: UUID, device: FabricatedDevice) -> dict[str, str]:
    return {"workspace": str(owner.workspace_id), "device": str(slot), "jid": device.jid, "lid": device.lid}


async def _adopt(keeper: Keeper, keys: PrivateKeys, lines: Sequence[dict[str, str]]) -> None:
    family = {
        "database_url": keeper.database_url,
        "sealing_key": _text(keeper.sealing_key),
        "registration_id": keys.registration_id,
        "signed_prekey_id": keys.signed_prekey_id,
        "prekeys": [_text(key) for key in keys.prekeys],
        **{name: _text(getattr(keys, name)) for name in _KEYS},
    }
    told = "\n".join(json.dumps(line) for line in (family, *lines))
    process = await asyncio.create_subprocess_exec(
        keeper.program, "adopt", stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate(told.encode())
    assert process.returncode == 0, said.decode(errors="replace")


_KEYS = (
    "identity",
    "noise",
    "signed_prekey",
    "signed_prekey_signature",
    "adv_secret",
    "account",
    "phone_identity",
)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
