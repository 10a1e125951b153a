"""The facts of people: contacts, the leads among them, what they agreed to, and whom never to write again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID

from hebah.foundation.errors import Conflict, Forbidden


class LeadStatus(StrEnum):
    """What a lead is to the shop."""

    PROSPECT = "prospect"
    CUSTOMER = "customer"


class ConsentState(StrEnum):
    """Whether a person agreed to be written to."""

    UNKNOWN = "unknown"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Consent:
    """The state and what proves it: where and when (UTC) it was said."""

    state: ConsentState = ConsentState.UNKNOWN
    source: str | None = None
    given_at: datetime | None = None


NO_CONSENT = Consent()
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """All that is known about a person except the number; empty or None means that nobody has said."""

    name: str = ""
    niches: tuple[str, ...] = ()
    status: LeadStatus | None = None
    triggers: tuple[str, ...] = ()
    note: str = ""
    zone: str | None = None
    language: str | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: _NOTHING, hash=False)
    consent: Consent = NO_CONSENT


class SuppressionReason(StrEnum):
    """Why a person is never written again."""

    OPTED_OUT = "opted_out"
    BY_HAND = "by_hand"
    NOT_ON_WHATSAPP = "not_on_whatsapp"


@dataclass(frozen=True, slots=True)
class NewSuppression:
    """A person who is not to be written again; the number is kept as a hash only."""

    workspace_id: UUID
    contact_id: UUID | None
    phone: str = field(repr=False)
    reason: SuppressionReason
    at: datetime
    word: str | None = None
    device_id: UUID | None = None


def address_hash(workspace_id: UUID, phone: str) -> bytes:
    """How a number is remembered in the suppression list, so that erasing a contact keeps the block."""
    return sha256(f"{workspace_id}:{phone}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why and since when somebody is never written again."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as stored, with the contact it is about. `device_id` None: it waits in the pool."""

    workspace_id: UUID
    id: UUID
    contact_id: UUID
    phone: str = field(repr=False)
    facts: LeadFacts = field(repr=False)
    device_id: UUID | None
    suppressed: Suppressed | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class WrittenLead:
    """What people write of a lead."""

    phone: str = field(repr=False)
    facts: LeadFacts = field(repr=False)
    device_id: UUID | None


@dataclass(frozen=True, slots=True)
class Person:
    """A contact before a change: with its lead, where it is one."""

    contact_id: UUID
    phone: str = field(repr=False)
    lead_id: UUID | None
    device_id: UUID | None
    facts: LeadFacts = field(repr=False)
    suppressed: bool


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One line of how a contact's consent came to be."""

    consent: ConsentState
    source: str
    given_at: datetime | None
    recorded_at: datetime
    recorded_by: str | None


class ImportState(StrEnum):
    """Where a file on its way in is; `checking` and `running` are a worker's turn."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


_I = ImportState
IMPORT_MOVES: Mapping[ImportState, frozenset[ImportState]] = MappingProxyType(
    {
        _I.MAPPING: frozenset({_I.CHECKING, _I.CANCELLED}),
        _I.CHECKING: frozenset({_I.CHECKED, _I.FAILED, _I.CANCELLED}),
        _I.CHECKED: frozenset({_I.CHECKING, _I.RUNNING, _I.CANCELLED}),
        _I.RUNNING: frozenset({_I.FINISHED, _I.FAILED, _I.CANCELLED}),
        _I.FINISHED: frozenset(),
        _I.CANCELLED: frozenset(),
        _I.FAILED: frozenset(),
    }
)


class BulkVerb(StrEnum):
    """What is done with many leads at once."""

    ADD_NICHES = "add_niches"
    REMOVE_NICHES = "remove_niches"
    ADD_TRIGGERS = "add_triggers"
    REMOVE_TRIGGERS = "remove_triggers"
    SET_VALUE = "set_value"
    SET_STATUS = "set_status"
    MOVE = "move"
    SUPPRESS = "suppress"
    DELETE = "delete"


class BulkState(StrEnum):
    """Where a bulk edit is; `running` and `undoing` are a worker's turn."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class BulkCounts:
    """What became of the leads of a bulk edit.

    `full` have as many tags as there may be. Of an undo: `kept` stay as they are, since somebody changed them after.
    """

    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    full: int = 0
    undone: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What became of the rows so far. Consents and suppressions are counted once per person."""

    created: int = 0
    merged: int = 0
    unchanged: int = 0
    duplicates_in_file: int = 0
    refused: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    consent_granted: int = 0
    consent_unknown: int = 0
    consent_refused: int = 0
    suppressed: int = 0

    @property
    def refused_rows(self) -> int:
        """How many rows were left out."""
        return sum(self.refused.values())


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was left out, with its cells as they were read."""

    row_number: int
    column_name: str
    code: str
    shown: str = field(repr=False)
    cells: tuple[str, ...] = field(repr=False)


class ImportBusy(Conflict):
    """The import is in a state that does not allow this."""

    code = "import_not_possible"
    sentence = "This import is {state}; that cannot be done with it now."
    state: str


class SelectionChanged(Conflict):
    """Other leads match than the person has counted; `count` is how many there are now."""

    code = "selection_changed"
    sentence = "{count} leads match now. Look at them again and confirm that number."
    count: int


class TooManyLeads(Conflict):
    """More than one bulk edit takes."""

    code = "too_many_leads"
    sentence = "One bulk edit changes at most {most} leads. Narrow the filter."
    most: int


class BulkEditOver(Conflict):
    """A bulk edit is in a state in which this cannot be done."""

    code = "bulk_edit_not_possible"
    sentence = "This bulk edit is {state}; that cannot be done with it now."
    state: str


class CannotBeUndone(Conflict):
    """Deleted leads and suppressed people do not come back by a click; nor does what is long past."""

    code = "cannot_be_undone"
    sentence = "This cannot be undone: {why}."
    why: str


class LeadEditedElsewhere(Conflict):
    """Somebody saved this lead after it was opened here."""

    code = "edited_elsewhere"
    sentence = "Somebody changed this lead in the meantime. Load it again and repeat your change."
    version: int
    at: datetime


class LeadExists(Conflict):
    """The number is a lead already."""

    code = "lead_exists"
    sentence = "There is a lead with this number already."
    lead_id: UUID


class PhoneTaken(Conflict):
    """Somebody else in this workspace has the number, without being a lead."""

    code = "phone_taken"
    sentence = "Another person in this workspace has this number."
    contact_id: UUID


class LiftNeedsOwner(Forbidden):
    """Writing again to somebody who was suppressed is the owner's decision."""

    code = "lift_needs_owner"
    sentence = "Only an owner may allow messages to this person again."
