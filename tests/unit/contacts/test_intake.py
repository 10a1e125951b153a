"""What becomes of the rows of a file, batch by batch."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hebah.contacts.model import ImportCounts, LeadFacts, LeadStatus, Person
from hebah.contacts.rules.columns import ColumnMapping, Field, map_columns
from hebah.contacts.rules.intake import Known, Outcome, Reading, counted, read_batch, take_in
from hebah.contacts.rules.merge import DuplicateRule
from hebah.contacts.rules.rows import ImportDefaults
from hebah.foundation.tabular_parts import Row

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
PHONES = [f"+6012345670{number}" for number in range(6)]


def reading(rule: DuplicateRule) -> Reading:
    mapping = map_columns(["Phone", "Name", "Consent"], {0: Field.PHONE, 1: Field.NAME, 2: Field.CONSENT})
    assert isinstance(mapping, ColumnMapping)
    return Reading(mapping, ImportDefaults(NOW, ZoneInfo("Asia/Kuala_Lumpur")), rule, LeadStatus.CUSTOMER)


def person(phone: str, *, lead: bool) -> Person:
    facts = LeadFacts(name="Known", status=LeadStatus.PROSPECT if lead else None)
    return Person(UUID(int=int(phone[1:])), phone, UUID(int=1) if lead else None, None, facts, suppressed=False)


cells = st.tuples(
    st.sampled_from([*PHONES, "", "x", "12", "1.2E+11"]),
    st.sampled_from(["", "Siti", "Kumar"]),
    st.sampled_from(["", "yes", "no", "perhaps"]),
)
rules = st.sampled_from(DuplicateRule)


@given(st.lists(cells, max_size=30), st.integers(1, 30), rules, st.sets(st.sampled_from(PHONES)))
def test_every_row_is_counted_exactly_once_however_the_file_is_cut(
    lines: list[tuple[str, str, str]], size: int, rule: DuplicateRule, leads: set[str]
) -> None:
    people = {phone: person(phone, lead=True) for phone in leads}
    counts, earlier = ImportCounts(), set[str]()
    for first in range(0, len(lines), size):
        rows = [Row(first + place + 2, line) for place, line in enumerate(lines[first : first + size])]
        batch = read_batch(rows, reading(rule))
        taken = take_in(batch, Known(people, {PHONES[0]}, frozenset(earlier)), reading(rule))
        counts = counted(counts, batch, taken)
        earlier |= {draft.phone.e164 for draft in batch.drafts}
    persons = counts.created + counts.merged + counts.unchanged
    assert persons + counts.duplicates_in_file + counts.refused_rows == len(lines)
    assert persons == len(earlier)
    assert counts.consent_granted + counts.consent_unknown + counts.consent_refused == persons
    assert counts.created == len(earlier - leads)
    assert counts.suppressed == (PHONES[0] in earlier)


@given(rules)
def test_somebody_who_is_no_lead_yet_becomes_one_under_every_rule(rule: DuplicateRule) -> None:
    batch = read_batch([Row(2, (PHONES[0], "Siti", "yes"))], reading(rule))
    (one,) = take_in(batch, Known({PHONES[0]: person(PHONES[0], lead=False)}, (), ()), reading(rule))
    assert (one.outcome, one.facts.status) == (Outcome.CREATED, LeadStatus.CUSTOMER)
    assert one.facts.name == ("Siti" if rule is DuplicateRule.OVERWRITE else "Known")
    assert one.consent_changes


@given(rules)
def test_a_known_lead_keeps_its_status_when_the_file_names_none(rule: DuplicateRule) -> None:
    batch = read_batch([Row(2, (PHONES[0], "Siti", ""))], reading(rule))
    (one,) = take_in(batch, Known({PHONES[0]: person(PHONES[0], lead=True)}, (), ()), reading(rule))
    assert one.facts.status is LeadStatus.PROSPECT
    assert one.outcome is (Outcome.MERGED if rule is DuplicateRule.OVERWRITE else Outcome.UNCHANGED)
