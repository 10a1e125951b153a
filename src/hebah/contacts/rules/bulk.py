"""One change to many leads: what it makes of each, whether it can be undone, and when an undo leaves one alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from hebah.contacts.model import (
    BulkCounts,
    BulkEditOver,
    BulkState,
    BulkVerb,
    CannotBeUndone,
    LeadFacts,
    LeadStatus,
    SuppressionReason,
)
from hebah.contacts.rules.leads import LONGEST_NAME, LONGEST_VALUE, MOST_ITEMS
from hebah.contacts.rules.rows import unique_items
from hebah.foundation.errors import FieldsInvalid

MOST_LEADS: Final = 100_000
"""One bulk edit changes at most so many: as many as a list counts."""

UNDO_FOR: Final = timedelta(hours=24)
"""How long what leads were before is kept."""

FINAL: Final = frozenset({BulkVerb.SUPPRESS, BulkVerb.DELETE})
"""What no click brings back: a wish to be left alone is lifted one by one, and a deleted lead is gone."""

Known = str | list[str] | None
"""What is known of one thing about a lead: a text, tags, or nothing."""

_S = BulkState
_MOVES: Mapping[BulkState, frozenset[BulkState]] = MappingProxyType(
    {
        _S.RUNNING: frozenset({_S.FINISHED, _S.CANCELLED, _S.FAILED}),
        _S.FINISHED: frozenset({_S.UNDOING}),
        _S.CANCELLED: frozenset({_S.UNDOING}),
        _S.FAILED: frozenset({_S.UNDOING}),
        _S.UNDOING: frozenset({_S.UNDONE, _S.FAILED}),
        _S.UNDONE: frozenset(),
    }
)
_TAGS = frozenset({BulkVerb.ADD_NICHES, BulkVerb.REMOVE_NICHES, BulkVerb.ADD_TRIGGERS, BulkVerb.REMOVE_TRIGGERS})
_NICHES = frozenset({BulkVerb.ADD_NICHES, BulkVerb.REMOVE_NICHES})
_ADDING = frozenset({BulkVerb.ADD_NICHES, BulkVerb.ADD_TRIGGERS})


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is to be done with each lead; which of the rest counts, the verb says.

    `tags` are added or removed, without regard to capitals. An own field `name` gets `value`; an empty one takes the
    field away. `device_id` None moves into the pool.
    """

    verb: BulkVerb
    tags: tuple[str, ...] = ()
    name: str = ""
    value: str = ""
    status: LeadStatus | None = None
    device_id: UUID | None = None
    reason: SuppressionReason | None = None


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """A change to many leads and how far it is: `leads_done` of `leads`; undone, `leads_back` of those."""

    workspace_id: UUID
    id: UUID
    change: BulkChange
    state: BulkState
    failure: str | None
    leads: int
    leads_done: int
    leads_back: int
    counts: BulkCounts
    created_by: UUID
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A lead at its place in a bulk edit. `was` and `is_now`: what an earlier turn found and left, if it changed it."""

    place: int
    lead_id: UUID
    contact_id: UUID
    phone: str
    facts: LeadFacts
    device_id: UUID | None
    suppressed: bool
    was: Known = None
    is_now: Known = None
    was_changed: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A lead as it becomes, with what it was and what it is now in the one thing that changes."""

    lead: Chosen
    was: Known
    is_now: Known


def check_move(state: BulkState, to: BulkState) -> None:
    """Raise `BulkEditOver` unless a bulk edit may go from one state to the other."""
    if to not in _MOVES[state]:
        raise BulkEditOver(state.value)


def undo_until(edit: BulkEdit) -> datetime | None:
    """Until when it can be undone; None when it cannot be, or not yet."""
    undoable = edit.change.verb not in FINAL and _S.UNDOING in _MOVES[edit.state] and edit.counts.changed > 0
    if not undoable or edit.ended_at is None:
        return None
    return edit.ended_at + UNDO_FOR


def check_undo(edit: BulkEdit, now: datetime) -> None:
    """Raise unless it can be undone now."""
    if edit.change.verb in FINAL:
        raise CannotBeUndone(edit.change.verb.value)
    check_move(edit.state, _S.UNDOING)
    until = undo_until(edit)
    if until is None:
        raise CannotBeUndone("nothing_changed")
    if until < now:
        raise CannotBeUndone("too_late")


def checked_change(change: BulkChange) -> BulkChange:
    """The change as it is stored; raises `FieldsInvalid` when the verb lacks what it needs."""
    verb = change.verb
    tags = unique_items(change.tags)
    name = " ".join(change.name.split())
    broken = {
        "tags": (verb in _TAGS and not tags and "required")
        or (any(len(tag) > LONGEST_NAME for tag in tags) and "too_long")
        or (len(tags) > MOST_ITEMS and "too_long"),
        "name": verb is BulkVerb.SET_VALUE and ((not name and "required") or (len(name) > LONGEST_NAME and "too_long")),
        "value": len(change.value) > LONGEST_VALUE and "too_long",
        "status": verb is BulkVerb.SET_STATUS and change.status is None and "required",
        "reason": verb is BulkVerb.SUPPRESS
        and change.reason not in {SuppressionReason.OPTED_OUT, SuppressionReason.BY_HAND}
        and "required",
    }
    faults = {field: fault for field, fault in broken.items() if fault}
    if faults:
        raise FieldsInvalid(faults)
    return replace(change, tags=tags, name=name, value=change.value.strip())


def change_of(chosen: Chosen, change: BulkChange) -> Changed | None:
    """What the change makes of a lead; None when it is so already, or has as many tags as there may be."""
    was = known_of(chosen, change)
    is_now = _after(was, change)
    if is_now == was or is_full(chosen, change):
        return None
    return Changed(_with(chosen, change, is_now), was, is_now)


def is_full(chosen: Chosen, change: BulkChange) -> bool:
    """Whether a lead is left alone because it has as many tags, or own fields, as there may be."""
    after = _after(known_of(chosen, change), change)
    if change.verb is BulkVerb.SET_VALUE:
        others = chosen.facts.variables.keys() - {change.name}
        return after is not None and len(others) >= MOST_ITEMS
    return isinstance(after, list) and len(after) > MOST_ITEMS


def undone(chosen: Chosen, change: BulkChange) -> Changed | None:
    """The lead as it was; None when it was not changed, or somebody has changed the same thing since."""
    if not chosen.was_changed or known_of(chosen, change) != chosen.is_now:
        return None
    return Changed(_with(chosen, change, chosen.was), chosen.was, chosen.is_now)


def known_of(chosen: Chosen, change: BulkChange) -> Known:
    """What is known of a lead in the one thing that the change is about."""
    match change.verb:
        case BulkVerb.ADD_NICHES | BulkVerb.REMOVE_NICHES:
            return list(chosen.facts.niches)
        case BulkVerb.ADD_TRIGGERS | BulkVerb.REMOVE_TRIGGERS:
            return list(chosen.facts.triggers)
        case BulkVerb.SET_VALUE:
            return chosen.facts.variables.get(change.name)
        case BulkVerb.SET_STATUS:
            return None if chosen.facts.status is None else chosen.facts.status.value
        case BulkVerb.MOVE:
            return None if chosen.device_id is None else str(chosen.device_id)
        case BulkVerb.SUPPRESS | BulkVerb.DELETE:
            return None


def _after(was: Known, change: BulkChange) -> Known:
    if change.verb in _TAGS:
        return _tagged(was if isinstance(was, list) else [], change)
    if change.verb is BulkVerb.SET_VALUE:
        return change.value or None
    if change.verb is BulkVerb.SET_STATUS:
        return None if change.status is None else change.status.value
    return None if change.device_id is None else str(change.device_id)


def _tagged(was: Sequence[str], change: BulkChange) -> list[str]:
    if change.verb in _ADDING:
        return list(unique_items([*was, *change.tags]))
    taken = {tag.casefold() for tag in change.tags}
    return [tag for tag in was if tag.casefold() not in taken]


def _with(chosen: Chosen, change: BulkChange, known: Known) -> Chosen:
    facts = chosen.facts
    if change.verb is BulkVerb.MOVE:
        return replace(chosen, device_id=UUID(known) if isinstance(known, str) else None)
    if change.verb is BulkVerb.SET_STATUS:
        facts = replace(facts, status=LeadStatus(known) if isinstance(known, str) else None)
    elif change.verb is BulkVerb.SET_VALUE:
        others = {name: value for name, value in facts.variables.items() if name != change.name}
        facts = replace(facts, variables=others | ({change.name: known} if isinstance(known, str) else {}))
    elif change.verb in _NICHES:
        facts = replace(facts, niches=tuple(known or ()))
    else:
        facts = replace(facts, triggers=tuple(known or ()))
    return replace(chosen, facts=facts)
