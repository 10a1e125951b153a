"""A lead as a file describes it, before it meets the leads already kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from hebah.messaging.address import Phone


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


@dataclass(frozen=True, slots=True)
class LeadDraft:
    """One row understood, or several rows of one number made into one (the first row's number stays)."""

    row_number: int
    phone: Phone
    facts: LeadFacts


class RowFault(StrEnum):
    """Why a row is refused, beyond the faults of its telephone number."""

    MORE_CELLS_THAN_COLUMNS = "row_more_cells_than_columns"
    VALUE_TOO_LONG = "row_value_too_long"
    STATUS_UNKNOWN = "row_status_unknown"
    ZONE_UNKNOWN = "row_zone_unknown"
    LANGUAGE_UNKNOWN = "row_language_unknown"
    CONSENT_UNREADABLE = "row_consent_unreadable"
    CONSENT_DATE_UNREADABLE = "row_consent_date_unreadable"
    CONSENT_IN_FUTURE = "row_consent_in_future"


@dataclass(frozen=True, slots=True)
class RowRefused:
    """The row is left out: the first fault found, where, and the value as it stood there (shortened)."""

    row_number: int
    column: str
    code: str
    value_shown: str
