"""Which numbers are on WhatsApp, as far as the network was asked."""

from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Transaction, load_queries

QUERIES = load_queries("hebah.inbox", "numbers.sql")


async def is_known(connection: Connection, workspace_id: UUID, phone: str) -> bool:
    """Whether messages have gone to and fro, on whatever device."""
    known: bool = await QUERIES.is_known(connection, workspace_id=workspace_id, phone=phone)
    return known


async def find(connection: Connection, workspace_id: UUID, phone: str, since: datetime) -> bool | None:
    """What the network said after an instant; None when it was not asked."""
    row = await QUERIES.find_check(connection, workspace_id=workspace_id, phone=phone, since=since)
    return None if row is None else row["on_whatsapp"]


async def put(tx: Transaction, workspace_id: UUID, phone: str, *, on_whatsapp: bool, now: datetime) -> None:
    """What the network says."""
    await QUERIES.put_check(tx, workspace_id=workspace_id, phone=phone, on_whatsapp=on_whatsapp, now=now)
