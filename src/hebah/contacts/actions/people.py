"""People by number, and who wants no more messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hebah.contacts.model import (
    NewSuppression,
)
from hebah.contacts.store import people
from hebah.foundation.postgres import Transaction

LEADS_CHANGED = "leads_changed"


async def contacts_for_phones(
    tx: Transaction, workspace_id: UUID, names: Mapping[str, str], at: datetime
) -> dict[str, UUID]:
    """The contact of each E.164 number, made where there was none; `names` gives a name (or "") by number."""
    known = await people.ids_of_phones(tx, workspace_id, list(names))
    strangers = {phone: name for phone, name in names.items() if phone not in known}
    if not strangers:
        return known
    await people.add_for_phones(tx, workspace_id, strangers, at)
    made = await people.ids_of_phones(tx, workspace_id, list(strangers))
    await people.link_suppressions(tx, workspace_id, made)
    return known | made


async def suppress(tx: Transaction, suppressions: Sequence[NewSuppression]) -> list[tuple[UUID, UUID | None]]:
    """Never write to these people again; gives workspace and contact of those who were not suppressed before.

    The caller also takes their queued messages back (`outbox.actions.suppress_contacts`) in the same transaction.
    """
    return await people.add_suppressions(tx, suppressions) if suppressions else []
