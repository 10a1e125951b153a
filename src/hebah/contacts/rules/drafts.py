"""A lead as a file describes it, before it meets the leads already kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hebah.contacts.model import NO_CONSENT, Consent, ConsentState, LeadFacts, LeadStatus
from hebah.messaging.address import Phone

__all__ = [
    "NO_CONSENT",
    "Consent",
    "ConsentState",
    "LeadDraft",
    "LeadFacts",
    "LeadStatus",
    "RowFault",
    "RowRefused",
]


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
