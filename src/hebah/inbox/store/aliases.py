"""Who is who by phone and LID."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Transaction
from hebah.inbox.model.messages import KnownAs
from hebah.inbox.store.messages import QUERIES

Person = tuple[UUID, str]
"""A workspace and a LID or a phone in it."""


async def phones_of(tx: Transaction, lids: Collection[Person]) -> dict[Person, str]:
    """The phones behind LIDs, as far as they are known."""
    rows = await QUERIES.find_aliases(
        tx, workspace_ids=[workspace_id for workspace_id, _ in lids], lids=[lid for _, lid in lids]
    )
    return {(row["workspace_id"], row["lid"]): row["phone"] for row in rows}


async def lids_of(tx: Transaction, phones: Collection[Person]) -> dict[Person, str]:
    """The LIDs behind phones, as far as they are known."""
    rows = await QUERIES.find_lids(
        tx, workspace_ids=[workspace_id for workspace_id, _ in phones], phones=[phone for _, phone in phones]
    )
    return {(row["workspace_id"], row["phone"]): row["lid"] for row in rows}


async def add(tx: Transaction, aliases: Iterable[KnownAs], now: datetime) -> None:
    """Remember who is who; the newest word counts."""
    given = list(aliases)
    await QUERIES.add_aliases(
        tx,
        now=now,
        workspace_ids=[alias.workspace_id for alias in given],
        lids=[alias.lid for alias in given],
        phones=[alias.phone for alias in given],
    )
