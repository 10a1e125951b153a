"""What becomes of messages out of files that a phone or our sender then tells too: they are WhatsApp's own."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from msgspec import structs

from hebah.foundation.postgres import Transaction
from hebah.inbox.model.archived import Lookalike
from hebah.inbox.rules.importing import adopted, likeness_of_told, minute_of
from hebah.inbox.rules.messages import Draft
from hebah.inbox.store import importing as store
from hebah.inbox.store.messages import StoredChats


async def adopt(tx: Transaction, told: Sequence[Draft], chats: StoredChats) -> dict[UUID, Draft]:
    """Which of these a file has brought before, by id: as they stand in their chats, WhatsApp's own from now on.

    The chats are locked, so that no file brings the same meanwhile. Costs nothing where no file has brought anything as
    late as these.
    """
    asked = [
        draft
        for draft in told
        if (until := chats.brought_until.get(draft.chat)) is not None and minute_of(draft.at) <= until
    ]
    likenesses = [likeness_of_told(draft, chats.ids[draft.chat]) for draft in asked]
    wanted = [likeness for likeness in likenesses if likeness is not None]
    found = adopted(asked, likenesses, await store.lookalikes(tx, wanted, of_files=True))
    pairs = [(asked[place], stored) for place, stored in found.items()]
    if pairs:
        await store.adopt(tx, pairs)
    return {draft.id: _standing(draft, stored) for draft, stored in pairs}


def _standing(draft: Draft, stored: Lookalike) -> Draft:
    # What is here already need not be fetched.
    rich = replace(draft.rich, urgency=None) if stored.has_file else draft.rich
    return structs.replace(draft, id=stored.id, at=stored.at, rich=rich)
