"""What people say by hand on its way out: queued ahead of every campaign, taken back while it waits, tried again."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Topic, Transaction
from hebah.messaging.said import ByHand
from hebah.messaging.wireid import RANDOM_BYTES, make_wire_id
from hebah.outbox.store import QUERIES

PRIORITY = 100

_BY_HAND = UUID("0f2f4c5e-5f0d-5b38-9c0b-6a4f5f6f1f2d")


@dataclass(frozen=True, slots=True)
class Saying:
    """A request to say something in a chat; the key makes it happen once however often it is asked for.

    It goes out at `due`, or at once.
    """

    workspace_id: UUID
    device_id: UUID
    chat_id: UUID
    address: str = field(repr=False)
    said: ByHand
    key: str
    contact_id: UUID | None = None
    media_id: UUID | None = None
    user_id: UUID | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """The row of something said by hand; `is_new` is False when an earlier request with the key had made it."""

    outbox_id: UUID
    wire_id: str
    is_new: bool


def topic_of(device_id: UUID) -> UUID:
    """Where a gateway listens for what is said by hand on a device: nothing else wakes it there."""
    return uuid5(_BY_HAND, str(device_id))


async def say(tx: Transaction, saying: Saying, now: datetime) -> Queued:
    """Queue it, unless a request with the same key has; the gateway that holds the device sends it at once."""
    wire_id = make_wire_id(secrets.token_bytes(RANDOM_BYTES))
    await QUERIES.open_conversations(tx, workspace_id=saying.workspace_id, priority=PRIORITY)
    row = await QUERIES.add_by_hand(
        tx,
        workspace_id=saying.workspace_id,
        id=make_id(),
        contact_id=saying.contact_id,
        device_id=saying.device_id,
        chat_id=saying.chat_id,
        chat_address=saying.address,
        said=msgspec.to_builtins(saying.said),
        media_id=saying.media_id,
        sent_by=saying.user_id,
        wire_id=wire_id,
        idempotency_key=saying.key,
        due=saying.due or now,
        now=now,
    )
    if row is None:
        earlier = await QUERIES.find_by_key(tx, workspace_id=saying.workspace_id, idempotency_key=saying.key)
        assert earlier is not None  # the conflict was with a row that is committed, or we would still wait for it
        return Queued(earlier["id"], earlier["wire_id"], is_new=False)
    _wake(tx, saying.workspace_id, saying.device_id)
    return Queued(row["id"], wire_id, is_new=True)


async def is_said(connection: Connection, workspace_id: UUID, key: str) -> bool:
    """Whether a request with the key was made before."""
    row = await QUERIES.find_by_key(connection, workspace_id=workspace_id, idempotency_key=key)
    return row is not None


async def take_back(tx: Transaction, workspace_id: UUID, outbox_id: UUID, now: datetime) -> str | None:
    """Cancel what still waits; gives its wire id, None when it is on its way or gone."""
    row = await QUERIES.cancel_by_hand(tx, workspace_id=workspace_id, id=outbox_id, now=now)
    return None if row is None else row["wire_id"]


async def try_again(tx: Transaction, workspace_id: UUID, outbox_id: UUID, now: datetime) -> str | None:
    """Queue again what the network refused; gives its wire id, None when it was not refused."""
    row = await QUERIES.retry_by_hand(tx, workspace_id=workspace_id, id=outbox_id, now=now)
    if row is None:
        return None
    _wake(tx, workspace_id, row["device_id"])
    wire_id: str = row["wire_id"]
    return wire_id


async def urgent(connection: Connection, owner: UUID, now: datetime) -> set[UUID]:
    """Devices of a gateway with something said by hand that waits; for those that missed the wake-up."""
    return {row["device_id"] for row in await QUERIES.urgent(connection, owner=owner, now=now)}


def _wake(tx: Transaction, workspace_id: UUID, device_id: UUID) -> None:
    # No event: browsers learn of it from the chat. Whoever misses the wake-up finds the row at its next look.
    tx.touched.add(Topic(workspace_id, topic_of(device_id)))
