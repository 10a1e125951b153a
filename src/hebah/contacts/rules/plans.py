"""A file on its way in, and what its importer chose for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import phonenumbers

from hebah.contacts.model import IMPORT_MOVES, Consent, ImportBusy, ImportCounts, ImportState, LeadStatus
from hebah.contacts.rules.columns import Field, MappingRefused, map_columns
from hebah.contacts.rules.merge import DuplicateRule
from hebah.foundation.errors import FieldsInvalid
from hebah.messaging.address import ANY_REGION

KEPT_REFUSALS = 10_000
"""How many rows that were left out are kept for the list and the file of errors; all of them are counted."""

MOST_ITEMS = 20
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What is to be done with the file. `consent` None: only what the rows say themselves counts."""

    mapping: Mapping[int, Field]
    device_ids: tuple[UUID, ...]
    duplicates: DuplicateRule
    consent: Consent | None
    niches: tuple[str, ...]
    status: LeadStatus
    region: str


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What was found in the file when it arrived."""

    file_name: str
    sha256: bytes
    size: int
    kind: str
    encoding: str | None
    delimiter: str | None
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...] = field(repr=False)
    guess: Mapping[int, Field]


@dataclass(frozen=True, slots=True)
class LeadImport:
    """A file, how far it is, and what became of its rows."""

    workspace_id: UUID
    id: UUID
    table: TableFacts
    plan: ImportPlan | None
    state: ImportState
    failure: str | None
    rows_total: int | None
    rows_done: int
    counts: ImportCounts
    created_by: UUID
    created_at: datetime
    updated_at: datetime


def check_move(state: ImportState, to: ImportState) -> None:
    """Raise `ImportBusy` unless an import may go from one state to the other."""
    if to not in IMPORT_MOVES[state]:
        raise ImportBusy(state.value)


def check_plan(plan: ImportPlan, columns: tuple[str, ...], now: datetime) -> None:
    """Raise `FieldsInvalid` unless the file can be read this way."""
    mapping = map_columns(columns, plan.mapping)
    consent = plan.consent
    given_at = consent.given_at if consent else None
    source = (consent.source or "").strip() if consent else "asked"
    broken = {
        "mapping": isinstance(mapping, MappingRefused) and mapping.code.value,
        "region": plan.region not in {*phonenumbers.SUPPORTED_REGIONS, ANY_REGION} and "unknown_region",
        "niches": (len(plan.niches) > MOST_ITEMS or any(len(niche) > LONGEST_TEXT for niche in plan.niches))
        and "too_long",
        "consentSource": (not source and "empty") or (len(source) > LONGEST_TEXT and "too_long"),
        "consentAt": given_at is not None and given_at > now and "in_the_future",
    }
    faults = {name: fault for name, fault in broken.items() if fault}
    if faults:
        raise FieldsInvalid(faults)
