from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.contacts.rules.drafts import Consent, ConsentState, LeadDraft, LeadFacts, LeadStatus
from hebah.contacts.rules.merge import DuplicateRule, collapse, merge, merge_consent
from hebah.messaging.address import Phone

short = st.text(alphabet="aAbB ", max_size=3).map(str.strip)
words = st.lists(st.sampled_from(["gigi", "Gigi", "rambut", "vip"]), max_size=3, unique_by=str.casefold).map(tuple)
instants = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2025, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # given a zone by timezones
consents = st.one_of(
    st.just(Consent()),
    st.builds(
        Consent,
        st.sampled_from([ConsentState.GRANTED, ConsentState.REFUSED]),
        st.sampled_from(["Borang", "Pameran"]),
        st.none() | instants,
    ),
)
facts = st.builds(
    LeadFacts,
    name=short,
    niches=words,
    status=st.none() | st.sampled_from(LeadStatus),
    triggers=words,
    note=short,
    zone=st.none() | st.just("Asia/Kuching"),
    language=st.none() | st.sampled_from(["ms", "en"]),
    variables=st.dictionaries(st.sampled_from(["bandar", "umur"]), short.filter(bool), max_size=2),
    consent=consents,
)
rules = st.sampled_from(DuplicateRule)
phones = st.sampled_from([Phone("+60123456789"), Phone("+60198765432"), Phone("+60321612345")])
drafts = st.lists(st.builds(LeadDraft, st.integers(2, 99), phones, facts), max_size=8)


ALI = LeadFacts(name="Ali", niches=("gigi",), status=LeadStatus.PROSPECT, variables={"bandar": "Ipoh"})
NEWER = LeadFacts(
    name="Ali bin Abu",
    niches=("GIGI", "rambut"),
    status=LeadStatus.CUSTOMER,
    note="vip",
    variables={"bandar": "Johor", "umur": "30"},
)


def test_keeping_changes_nothing() -> None:
    assert merge(ALI, NEWER, DuplicateRule.KEEP_EXISTING) == ALI


def test_filling_takes_only_what_was_empty_and_unites_lists() -> None:
    assert merge(ALI, NEWER, DuplicateRule.FILL_EMPTY) == LeadFacts(
        name="Ali",
        niches=("gigi", "rambut"),
        status=LeadStatus.PROSPECT,
        note="vip",
        variables={"bandar": "Ipoh", "umur": "30"},
    )


def test_overwriting_takes_what_the_file_says_and_unites_lists() -> None:
    assert merge(ALI, NEWER, DuplicateRule.OVERWRITE) == LeadFacts(
        name="Ali bin Abu",
        niches=("gigi", "rambut"),
        status=LeadStatus.CUSTOMER,
        note="vip",
        variables={"bandar": "Johor", "umur": "30"},
    )


@given(facts, rules)
def test_a_row_that_says_nothing_changes_nothing(existing: LeadFacts, rule: DuplicateRule) -> None:
    assert merge(existing, LeadFacts(), rule) == existing


@given(facts, facts, rules)
def test_importing_the_same_twice_changes_nothing_more(
    existing: LeadFacts, row: LeadFacts, rule: DuplicateRule
) -> None:
    once = merge(existing, row, rule)

    assert merge(once, row, rule) == once


@given(facts, facts, rules)
def test_consent_is_never_lowered_and_a_refusal_always_counts(
    existing: LeadFacts, row: LeadFacts, rule: DuplicateRule
) -> None:
    after = merge(existing, row, rule).consent.state

    if ConsentState.REFUSED in (existing.consent.state, row.consent.state):
        assert after is ConsentState.REFUSED
    elif existing.consent.state is ConsentState.GRANTED:
        assert after is ConsentState.GRANTED


@given(facts, facts, rules)
def test_no_niche_and_no_trigger_is_lost(existing: LeadFacts, row: LeadFacts, rule: DuplicateRule) -> None:
    merged = merge(existing, row, rule)

    assert set(existing.niches) <= set(merged.niches)
    assert set(existing.triggers) <= set(merged.triggers)


@given(facts, facts)
def test_the_order_of_two_records_does_not_matter_for_lists_and_consent(one: LeadFacts, other: LeadFacts) -> None:
    there, back = merge(one, other, DuplicateRule.FILL_EMPTY), merge(other, one, DuplicateRule.FILL_EMPTY)

    assert there.consent == back.consent
    assert {niche.casefold() for niche in there.niches} == {niche.casefold() for niche in back.niches}
    assert {name.casefold() for name in there.triggers} == {name.casefold() for name in back.triggers}


@given(facts, facts)
def test_overwriting_is_filling_the_other_way_round_except_for_the_order_of_lists(
    one: LeadFacts, other: LeadFacts
) -> None:
    overwritten, filled = merge(one, other, DuplicateRule.OVERWRITE), merge(other, one, DuplicateRule.FILL_EMPTY)

    assert replace(overwritten, niches=(), triggers=()) == replace(filled, niches=(), triggers=())


@given(facts, facts, facts, st.sampled_from([DuplicateRule.FILL_EMPTY, DuplicateRule.OVERWRITE]))
def test_rows_may_be_merged_in_any_grouping(a: LeadFacts, b: LeadFacts, c: LeadFacts, rule: DuplicateRule) -> None:
    assert merge(merge(a, b, rule), c, rule) == merge(a, merge(b, c, rule), rule)


@given(consents, consents, consents)
def test_consents_join_in_any_order(a: Consent, b: Consent, c: Consent) -> None:
    assert merge_consent(a, b) == merge_consent(b, a)
    assert merge_consent(a, a) == a
    assert merge_consent(merge_consent(a, b), c) == merge_consent(a, merge_consent(b, c))


def test_the_later_evidence_of_a_consent_is_kept() -> None:
    earlier = Consent(ConsentState.GRANTED, "Borang", datetime(2024, 1, 1, tzinfo=UTC))
    later = Consent(ConsentState.GRANTED, "Pameran", datetime(2025, 1, 1, tzinfo=UTC))

    assert merge_consent(later, earlier) == later
    assert merge_consent(Consent(ConsentState.GRANTED, "Lisan"), earlier) == earlier


@given(drafts, rules)
def test_a_file_is_folded_to_one_draft_per_number(rows: list[LeadDraft], rule: DuplicateRule) -> None:
    collapsed = collapse(rows, rule)

    assert len(collapsed.drafts) + collapsed.duplicates == len(rows)
    assert {draft.phone for draft in collapsed.drafts} == {row.phone for row in rows}
    assert len({draft.phone for draft in collapsed.drafts}) == len(collapsed.drafts)
    assert collapse(collapsed.drafts, rule) == replace(collapsed, duplicates=0)


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (DuplicateRule.KEEP_EXISTING, "Ali"),
        (DuplicateRule.FILL_EMPTY, "Ali"),
        (DuplicateRule.OVERWRITE, "Ali bin Abu"),
    ],
)
def test_inside_a_file_the_first_row_wins_unless_overwriting(rule: DuplicateRule, name: str) -> None:
    phone = Phone("+60123456789")

    (draft,) = collapse([LeadDraft(2, phone, ALI), LeadDraft(5, phone, NEWER)], rule).drafts

    assert (draft.row_number, draft.facts.name, draft.facts.niches) == (2, name, ("gigi", "rambut"))
