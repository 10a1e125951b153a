"""Whether a lead as people write it can be stored, and what its consent then is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from hebah.access.rules import is_zone
from hebah.contacts.model import Consent, ConsentState, LeadFacts, WrittenLead
from hebah.contacts.rules.rows import unique_items
from hebah.foundation.errors import FieldsInvalid
from hebah.messaging.address import Phone, parse_phone

LONGEST_NAME = 200
LONGEST_NOTE = 10_000
LONGEST_VALUE = 1_000
MOST_ITEMS = 100


def checked(written: WrittenLead, region: str, now: datetime) -> WrittenLead:
    """The lead as it is stored: its number in E.164, its lists without repetition; raises `FieldsInvalid`."""
    phone = parse_phone(written.phone, region)
    faults = _faults(written.facts, now)
    if not isinstance(phone, Phone):
        faults["phone"] = phone.code.value
    if faults or not isinstance(phone, Phone):
        raise FieldsInvalid(faults)
    facts = replace(
        written.facts,
        name=" ".join(written.facts.name.split()),
        niches=unique_items(written.facts.niches),
        triggers=unique_items(written.facts.triggers),
        note=written.facts.note.strip(),
    )
    return replace(written, phone=phone.e164, facts=facts)


def consent_after(before: Consent, written: Consent, source: str) -> Consent:
    """What a person says by hand counts as they say it; saying nothing about somebody new takes nothing away."""
    if written.state is ConsentState.UNKNOWN:
        return Consent()
    return replace(written, source=written.source or before.source or source)


def _faults(facts: LeadFacts, now: datetime) -> dict[str, str]:
    given_at = facts.consent.given_at
    broken = {
        "name": len(facts.name) > LONGEST_NAME and "too_long",
        "note": len(facts.note) > LONGEST_NOTE and "too_long",
        "niches": not _fits(facts.niches) and "too_long",
        "triggers": not _fits(facts.triggers) and "too_long",
        "variables": not _fits(tuple(facts.variables), facts.variables.values()) and "too_long",
        "zone": facts.zone is not None and not is_zone(facts.zone) and "unknown_zone",
        "consentSource": len(facts.consent.source or "") > LONGEST_VALUE and "too_long",
        "consentAt": given_at is not None and given_at > now and "in_the_future",
    }
    return {field: fault for field, fault in broken.items() if fault}


def _fits(items: Collection[str], values: Iterable[str] = ()) -> bool:
    shown = all(len(item) <= LONGEST_NAME for item in items) and all(len(value) <= LONGEST_VALUE for value in values)
    return shown and len(items) <= MOST_ITEMS
