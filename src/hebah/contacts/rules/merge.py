"""Two records of one number made into one, by the rule the importer chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from hebah.contacts.rules.drafts import Consent, ConsentState, LeadDraft, LeadFacts
from hebah.contacts.rules.rows import unique_items
from hebah.messaging.address import Phone


class DuplicateRule(StrEnum):
    """Who is right when a number is known already."""

    KEEP_EXISTING = "keep_existing"
    FILL_EMPTY = "fill_empty"
    OVERWRITE = "overwrite"


# Somebody who refused stays refused whatever a file says, and a file that says nothing takes no consent away.
_WEIGHT = MappingProxyType({ConsentState.UNKNOWN: 0, ConsentState.GRANTED: 1, ConsentState.REFUSED: 2})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Collapsed:
    """The drafts of a file with each number once, and how many rows were folded into an earlier one."""

    drafts: tuple[LeadDraft, ...]
    duplicates: int


def merge(existing: LeadFacts, incoming: LeadFacts, rule: DuplicateRule) -> LeadFacts:
    """The record to keep; blank never replaces something, lists are united. A refusal counts under every rule."""
    match rule:
        case DuplicateRule.KEEP_EXISTING:
            if incoming.consent.state is ConsentState.REFUSED:
                return replace(existing, consent=merge_consent(existing.consent, incoming.consent))
            return existing
        case DuplicateRule.FILL_EMPTY:
            return _united(existing, incoming, first=existing, second=incoming)
        case DuplicateRule.OVERWRITE:
            return _united(existing, incoming, first=incoming, second=existing)
        case _:
            assert_never(rule)


def merge_consent(one: Consent, other: Consent) -> Consent:
    """The weightier word (refused, granted, unknown), with its latest evidence; the order of the two is no matter."""
    return max(one, other, key=_rank)


def collapse(drafts: Iterable[LeadDraft], rule: DuplicateRule) -> Collapsed:
    """Fold the rows of one number into the first: the first row wins, the last one under `overwrite`."""
    # Inside a file nothing exists yet that could be kept: keeping means that the first row wins.
    within = DuplicateRule.OVERWRITE if rule is DuplicateRule.OVERWRITE else DuplicateRule.FILL_EMPTY
    kept: dict[Phone, LeadDraft] = {}
    rows = 0
    for draft in drafts:
        rows += 1
        earlier = kept.get(draft.phone)
        if earlier is None:
            kept[draft.phone] = draft
        else:
            kept[draft.phone] = replace(earlier, facts=merge(earlier.facts, draft.facts, within))
    return Collapsed(tuple(kept.values()), rows - len(kept))


def _united(existing: LeadFacts, incoming: LeadFacts, *, first: LeadFacts, second: LeadFacts) -> LeadFacts:
    return LeadFacts(
        name=first.name or second.name,
        niches=unique_items([*existing.niches, *incoming.niches]),
        status=first.status or second.status,
        triggers=unique_items([*existing.triggers, *incoming.triggers]),
        note=first.note or second.note,
        zone=first.zone or second.zone,
        language=first.language or second.language,
        variables=_filled(first.variables, second.variables),
        consent=merge_consent(existing.consent, incoming.consent),
    )


def _filled(first: Mapping[str, str], second: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({**second, **{name: value for name, value in first.items() if value}})


def _rank(consent: Consent) -> tuple[int, datetime, str]:
    return (_WEIGHT[consent.state], consent.given_at or _LONG_AGO, consent.source or "")
