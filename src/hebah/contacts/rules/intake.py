"""What becomes of a batch of rows: who is new, who is known, what changes; the same for a dry run and the real one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hebah.contacts.model import (
    NO_CONSENT,
    ConsentState,
    ImportCounts,
    LeadFacts,
    LeadStatus,
    Person,
    RefusedRow,
)
from hebah.contacts.rules.columns import ColumnMapping
from hebah.contacts.rules.drafts import LeadDraft, RowRefused
from hebah.contacts.rules.merge import DuplicateRule, collapse, merge
from hebah.contacts.rules.rows import ImportDefaults, read_row
from hebah.foundation.tabular_parts import Row


class Outcome(StrEnum):
    """What a row does to the person it names."""

    CREATED = "created"
    MERGED = "merged"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of a file are read."""

    mapping: ColumnMapping
    defaults: ImportDefaults
    duplicates: DuplicateRule
    status: LeadStatus


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file, read: each number once."""

    rows: int
    drafts: tuple[LeadDraft, ...]
    folded: int
    """How many rows were folded into another row of this batch."""
    refused: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """One person of a batch. `person` None: nobody had this number."""

    outcome: Outcome
    phone: str
    person: Person | None
    facts: LeadFacts
    suppressed: bool

    @property
    def consent_changes(self) -> bool:
        """Whether there is something to note in the history of consent."""
        return self.facts.consent != (self.person.facts.consent if self.person else NO_CONSENT)

    @property
    def changes(self) -> bool:
        """Whether anything is to be written about somebody who is a lead already."""
        return self.person is not None and self.facts != self.person.facts


@dataclass(frozen=True, slots=True)
class Known:
    """Who has the numbers of a batch, which numbers are suppressed, and which stood in the file before."""

    people: Mapping[str, Person]
    suppressed: Collection[str]
    earlier: Collection[str]


def read_batch(rows: Sequence[Row], reading: Reading) -> Batch:
    """Read rows as leads; those that cannot be are kept as they are, with the reason."""
    drafts: list[LeadDraft] = []
    refused: list[RefusedRow] = []
    for row in rows:
        read = read_row(row, reading.mapping, reading.defaults)
        if isinstance(read, RowRefused):
            refused.append(RefusedRow(read.row_number, read.column, read.code, read.value_shown, row.cells))
        else:
            drafts.append(read)
    collapsed = collapse(drafts, reading.duplicates)
    return Batch(len(rows), collapsed.drafts, collapsed.duplicates, tuple(refused))


def take_in(batch: Batch, known: Known, reading: Reading) -> list[Taken]:
    """Decide for every person of the batch."""
    return [_taken(draft, known, reading) for draft in batch.drafts]


def counted(before: ImportCounts, batch: Batch, taken: Iterable[Taken]) -> ImportCounts:
    """The counts with this batch."""
    people = list(taken)
    outcomes = Counter(one.outcome for one in people)
    fresh = [one for one in people if one.outcome is not Outcome.REPEATED]
    consents = Counter(one.facts.consent.state for one in fresh)
    return ImportCounts(
        created=before.created + outcomes[Outcome.CREATED],
        merged=before.merged + outcomes[Outcome.MERGED],
        unchanged=before.unchanged + outcomes[Outcome.UNCHANGED],
        duplicates_in_file=before.duplicates_in_file + batch.folded + outcomes[Outcome.REPEATED],
        refused=dict(Counter(before.refused) + Counter(row.code for row in batch.refused)),
        consent_granted=before.consent_granted + consents[ConsentState.GRANTED],
        consent_unknown=before.consent_unknown + consents[ConsentState.UNKNOWN],
        consent_refused=before.consent_refused + consents[ConsentState.REFUSED],
        suppressed=before.suppressed + sum(one.suppressed for one in fresh),
    )


def _taken(draft: LeadDraft, known: Known, reading: Reading) -> Taken:
    phone = draft.phone.e164
    person = known.people.get(phone)
    suppressed = phone in known.suppressed or (person is not None and person.suppressed)
    if phone in known.earlier:
        # A dry run has stored nothing of the earlier row, so there may be nobody to merge with.
        facts = draft.facts if person is None else merge(person.facts, draft.facts, _within(reading.duplicates))
        return Taken(Outcome.REPEATED, phone, person, facts, suppressed)
    if person is None or person.lead_id is None:
        facts = draft.facts if person is None else merge(person.facts, draft.facts, _within(reading.duplicates))
        return Taken(Outcome.CREATED, phone, person, replace(facts, status=facts.status or reading.status), suppressed)
    facts = merge(person.facts, draft.facts, reading.duplicates)
    outcome = Outcome.UNCHANGED if facts == person.facts else Outcome.MERGED
    return Taken(outcome, phone, person, facts, suppressed)


def _within(rule: DuplicateRule) -> DuplicateRule:
    """Keeping a record as it is means something for leads that were there before the file, for nobody else."""
    return DuplicateRule.OVERWRITE if rule is DuplicateRule.OVERWRITE else DuplicateRule.FILL_EMPTY
