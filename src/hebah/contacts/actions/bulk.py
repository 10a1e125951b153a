"""What can be done with many leads at once: one change to all that are ticked or that a filter finds, and its undo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hebah.access.actions import trail as access
from hebah.access.model import Actor
from hebah.contacts.actions.people import LEADS_CHANGED, suppress
from hebah.contacts.model import (
    BulkCounts,
    BulkState,
    BulkVerb,
    NewSuppression,
    SelectionChanged,
    SuppressionReason,
    TooManyLeads,
)
from hebah.contacts.ports import ContactStops
from hebah.contacts.rules.bulk import (
    MOST_LEADS,
    BulkChange,
    BulkEdit,
    Chosen,
    change_of,
    check_move,
    check_undo,
    checked_change,
    is_full,
    undone,
)
from hebah.contacts.store import bulk, leads, people
from hebah.contacts.store.leads import LeadFilter
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Connection, Database, Transaction

BULK_EDIT_CHANGED = "bulk_edit_changed"
BULK_EDITS_CHANGED = "bulk_edits_changed"

BATCH_LEADS = 500
# How many batches pass between two tellings that lists of leads have changed.
_TELL_LEADS = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Which leads somebody means, and how many they saw: those ticked or, where that is None, all a filter finds."""

    ticked: Sequence[UUID] | None
    matching: LeadFilter
    count: int


async def begin(db: Database, clock: Clock, actor: Actor, change: BulkChange, selection: Selection) -> BulkEdit:
    """Fix who is meant and ask for the change, which a worker makes.

    Raises `SelectionChanged` unless exactly as many are meant as the person has confirmed, and `TooManyLeads`.
    """
    now = clock.now()
    edit = BulkEdit(
        workspace_id=actor.workspace_id,
        id=make_id(),
        change=checked_change(change),
        state=BulkState.RUNNING,
        failure=None,
        leads=selection.count,
        leads_done=0,
        leads_back=0,
        counts=BulkCounts(),
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
        ended_at=None,
    )
    async with db.transaction() as tx:
        await _require_device(tx, edit)
        await bulk.add(tx, edit)
        await _choose(tx, edit, selection)
        details = {"change": edit.change.verb.value, "leads": edit.leads}
        await access.record_audit(tx, actor, "leads_edited_in_bulk", subject=edit.id, details=details, at=now)
        await _announce(tx, edit)
    return edit


async def cancel(db: Database, clock: Clock, actor: Actor, edit_id: UUID) -> BulkEdit:
    """Go no further; leads of batches that are done stay as they are, until the edit is undone."""
    return await _move(db, clock, actor, edit_id, BulkState.CANCELLED)


async def undo(db: Database, clock: Clock, actor: Actor, edit_id: UUID) -> BulkEdit:
    """Ask that the leads become what they were, which a worker does; what somebody changed since stays."""
    return await _move(db, clock, actor, edit_id, BulkState.UNDOING)


async def go_on(
    db: Database, clock: Clock, stops: ContactStops[Transaction], workspace_id: UUID, edit_id: UUID
) -> bool:
    """Do the next batch, of the change or of its undo, in one transaction; False when nothing was left to do."""
    async with db.transaction() as tx:
        edit = await bulk.lock(tx, workspace_id, edit_id)
        if edit is None or edit.state not in {BulkState.RUNNING, BulkState.UNDOING}:
            return False
        is_undo = edit.state is BulkState.UNDOING
        after, until = (edit.leads_back, edit.leads_done) if is_undo else (edit.leads_done, edit.leads)
        size = min(BATCH_LEADS, until - after)
        if size <= 0:
            await _end(tx, edit, BulkState.UNDONE if is_undo else BulkState.FINISHED, clock.now())
            return False
        chosen = await bulk.lock_chosen(tx, edit, after, size)
        if is_undo:
            advanced = await _back(tx, replace(edit, leads_back=after + size), chosen, clock.now())
        else:
            counts = replace(edit.counts, gone=edit.counts.gone + size - len(chosen))
            advanced = await _forth(
                tx, stops, replace(edit, leads_done=after + size, counts=counts), chosen, clock.now()
            )
        await bulk.advance(tx, advanced, clock.now())
        await _announce(tx, edit, leads_too=(after // BATCH_LEADS) % _TELL_LEADS == 0)
    return True


async def fail(db: Database, clock: Clock, workspace_id: UUID, edit_id: UUID, code: str) -> None:
    """End it because of what went wrong; what is done can be undone."""
    async with db.transaction() as tx:
        edit = await bulk.lock(tx, workspace_id, edit_id)
        if edit is not None and edit.state in {BulkState.RUNNING, BulkState.UNDOING}:
            await _end(tx, edit, BulkState.FAILED, clock.now(), code)


async def _choose(tx: Transaction, edit: BulkEdit, selection: Selection) -> None:
    if selection.ticked is None:
        count = await bulk.choose_matching(tx, edit, selection.matching, MOST_LEADS)
    else:
        count = await bulk.choose_ticked(tx, edit, selection.ticked)
    if count > MOST_LEADS:
        raise TooManyLeads(MOST_LEADS)
    if count != selection.count or count == 0:
        raise SelectionChanged(count)


async def _require_device(tx: Connection, edit: BulkEdit) -> None:
    device_id = edit.change.device_id
    if device_id is not None and await leads.missing_devices(tx, edit.workspace_id, [device_id]):
        raise FieldsInvalid({"deviceId": "unknown_device"})


async def _move(db: Database, clock: Clock, actor: Actor, edit_id: UUID, to: BulkState) -> BulkEdit:
    now = clock.now()
    async with db.transaction() as tx:
        edit = _found(await bulk.lock(tx, actor.workspace_id, edit_id))
        if to is BulkState.UNDOING:
            check_undo(edit, now)
        check_move(edit.state, to)
        await bulk.move(tx, edit, to, now)
        details = {"change": edit.change.verb.value, "changed": edit.counts.changed}
        await access.record_audit(tx, actor, _AUDITED[to], subject=edit_id, details=details, at=now)
        await _announce(tx, edit)
        return _found(await bulk.find(tx, actor.workspace_id, edit_id))


async def _forth(
    tx: Transaction, stops: ContactStops[Transaction], edit: BulkEdit, chosen: Sequence[Chosen], now: datetime
) -> BulkEdit:
    if edit.change.verb is BulkVerb.SUPPRESS:
        changed = await _suppress(tx, stops, edit, chosen, now)
    elif edit.change.verb is BulkVerb.DELETE:
        changed = await _delete(tx, stops, edit, chosen, now)
    else:
        changed = await _change(tx, edit, chosen, now)
    full = sum(is_full(one, edit.change) for one in chosen)
    counts = replace(
        edit.counts,
        changed=edit.counts.changed + changed,
        full=edit.counts.full + full,
        unchanged=edit.counts.unchanged + len(chosen) - changed - full,
    )
    return replace(edit, counts=counts)


async def _change(tx: Transaction, edit: BulkEdit, chosen: Sequence[Chosen], now: datetime) -> int:
    changed = [change for one in chosen if (change := change_of(one, edit.change)) is not None]
    await bulk.write(tx, edit, changed, now)
    await bulk.keep_what_was(tx, edit, changed)
    return len(changed)


async def _suppress(
    tx: Transaction, stops: ContactStops[Transaction], edit: BulkEdit, chosen: Sequence[Chosen], now: datetime
) -> int:
    reason = edit.change.reason or SuppressionReason.BY_HAND
    spoken_to = [one for one in chosen if not one.suppressed]
    wishes = [NewSuppression(edit.workspace_id, one.contact_id, one.phone, reason, now) for one in spoken_to]
    silenced = [contact_id for _, contact_id in await suppress(tx, wishes) if contact_id is not None]
    if silenced:
        await stops.contacts_suppressed(tx, edit.workspace_id, silenced, reason=reason.value, now=now)
    return len(silenced)


async def _delete(
    tx: Transaction, stops: ContactStops[Transaction], edit: BulkEdit, chosen: Sequence[Chosen], now: datetime
) -> int:
    contact_ids = [one.contact_id for one in chosen]
    await stops.contacts_deleted(tx, edit.workspace_id, contact_ids, now=now)
    await leads.delete(tx, edit.workspace_id, [one.lead_id for one in chosen])
    await people.drop_contacts(tx, edit.workspace_id, contact_ids)
    return len(chosen)


async def _back(tx: Transaction, edit: BulkEdit, chosen: Sequence[Chosen], now: datetime) -> BulkEdit:
    restored = [change for one in chosen if (change := undone(one, edit.change)) is not None]
    await bulk.write(tx, edit, restored, now)
    kept = sum(one.was_changed for one in chosen) - len(restored)
    counts = edit.counts
    return replace(edit, counts=replace(counts, undone=counts.undone + len(restored), kept=counts.kept + kept))


async def _end(tx: Transaction, edit: BulkEdit, state: BulkState, now: datetime, failure: str | None = None) -> None:
    await bulk.move(tx, edit, state, now, failure)
    await _announce(tx, edit, leads_too=True)


async def _announce(tx: Transaction, edit: BulkEdit, *, leads_too: bool = False) -> None:
    """Tell who follows it, and the list of them."""
    workspace_id = edit.workspace_id
    events = [
        Event(workspace_id, edit.id, BULK_EDIT_CHANGED, (edit.id,)),
        Event(workspace_id, workspace_id, BULK_EDITS_CHANGED, (edit.id,)),
    ]
    await eventlog.record(tx, events + ([Event(workspace_id, workspace_id, LEADS_CHANGED, ())] if leads_too else []))


def _found(edit: BulkEdit | None) -> BulkEdit:
    if edit is None:
        raise NotFound
    return edit


_AUDITED = {BulkState.CANCELLED: "bulk_edit_cancelled", BulkState.UNDOING: "bulk_edit_undone"}
