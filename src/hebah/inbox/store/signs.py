"""Who types just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Transaction, load_queries
from hebah.inbox.model.fetched import GivenSign, SeenSign, SignState
from hebah.inbox.rules.signs import Sign
from hebah.messaging.chataddress import is_group

QUERIES = load_queries("hebah.inbox", "signs.sql")


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody of ours in a chat."""

    workspace_id: UUID
    device_id: UUID
    chat_id: UUID
    user_id: UUID


async def find(connection: Connection, place: Place) -> Sign | None:
    """The last sign somebody gave there."""
    row = await QUERIES.find_sign(connection, **_key(place))
    return None if row is None else Sign(SignState(row["state"]), row["began_at"], row["at"])


async def put(tx: Transaction, place: Place, name: str, sign: Sign) -> None:
    """What one of us does now."""
    await QUERIES.put_sign(tx, name=name, state=sign.state, began_at=sign.began_at, now=sign.at, **_key(place))


async def see(tx: Transaction, seen: Sequence[SeenSign], now: datetime) -> set[UUID]:
    """What links have seen, one sign of each person in a chat; gives the workspaces whose chats it is about."""
    rows = await QUERIES.see_signs(
        tx,
        workspace_ids=[one.workspace_id for one in seen],
        device_ids=[one.device_id for one in seen],
        addresses=[one.address for one in seen],
        senders=[one.sender for one in seen],
        states=[one.state for one in seen],
        are_groups=[is_group(one.address) for one in seen],
        now=now,
    )
    return {row["workspace_id"] for row in rows}


async def given(
    connection: Connection, workspace_id: UUID, device_ids: Sequence[UUID], since: datetime
) -> list[GivenSign]:
    """Signs given after an instant."""
    rows = await QUERIES.fresh_signs(connection, workspace_id=workspace_id, device_ids=list(device_ids), since=since)
    return [GivenSign(**{**row, "state": SignState(row["state"])}) for row in rows]


async def forget(tx: Transaction, before: datetime) -> int:
    """Drop what is over."""
    forgotten: int = await QUERIES.forget_signs(tx, before=before)
    return forgotten


def _key(place: Place) -> dict[str, object]:
    return {
        "workspace_id": place.workspace_id,
        "device_id": place.device_id,
        "chat_id": place.chat_id,
        "who": str(place.user_id),
    }
