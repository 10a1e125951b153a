"""Imports as the interface sees and plans them."""

from datetime import datetime
from uuid import UUID

from hebah.contacts.model import Consent, ConsentState, ImportState, LeadStatus
from hebah.contacts.model import ImportCounts as Counts
from hebah.contacts.rules import plans
from hebah.contacts.rules.columns import Field
from hebah.contacts.rules.merge import DuplicateRule
from hebah.foundation.errors import FieldsInvalid
from hebah.foundation.wire import Input, Instant, View


class FileConsent(Input):
    """How and when everybody in the file agreed, as the importer vouches for it."""

    source: str
    given_at: Instant


class ImportPlan(Input):
    """What the columns mean (by position, from "0") and what is to be done with the rows."""

    mapping: dict[str, Field]
    device_ids: list[UUID]
    duplicates: DuplicateRule
    consent: FileConsent | None
    niches: list[str]
    status: LeadStatus
    region: str


class ImportCounts(View):
    """What became, or would become, of the rows."""

    created: int
    merged: int
    unchanged: int
    duplicates_in_file: int
    refused: dict[str, int]
    consent_granted: int
    consent_unknown: int
    consent_refused: int
    suppressed: int


class ImportView(View):
    """A file on its way in."""

    id: UUID
    file_name: str
    file_size: int
    kind: str
    encoding: str | None
    delimiter: str | None
    columns: list[str]
    sample: list[list[str]]
    guess: dict[str, Field]
    plan: ImportPlan | None
    state: ImportState
    failure: str | None
    rows_total: int | None
    rows_done: int
    counts: ImportCounts
    created_at: datetime
    updated_at: datetime


class ImportList(View):
    """Imports, newest first."""

    items: list[ImportView]


class ImportErrorView(View):
    """A row that is left out, with the reason and the value that shows it."""

    row_number: int
    column_name: str
    code: str
    shown: str


class ImportErrorPage(View):
    """Rows that are left out, in the order of the file."""

    items: list[ImportErrorView]
    next: str | None


def chosen_plan(plan: ImportPlan) -> plans.ImportPlan:
    """The plan as the feature reads it."""
    if any(not index.isdecimal() for index in plan.mapping):
        raise FieldsInvalid({"mapping": "mapping_column_unknown"})
    consent = plan.consent
    return plans.ImportPlan(
        mapping={int(index): field for index, field in plan.mapping.items()},
        device_ids=tuple(dict.fromkeys(plan.device_ids)),
        duplicates=plan.duplicates,
        consent=None if consent is None else Consent(ConsentState.GRANTED, consent.source.strip(), consent.given_at),
        niches=tuple(niche.strip() for niche in plan.niches if niche.strip()),
        status=plan.status,
        region=plan.region,
    )


def import_view(found: plans.LeadImport) -> ImportView:
    """A stored import."""
    table = found.table
    return ImportView(
        id=found.id,
        file_name=table.file_name,
        file_size=table.size,
        kind=table.kind,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=list(table.columns),
        sample=[list(cells) for cells in table.sample],
        guess={str(index): field for index, field in table.guess.items()},
        plan=None if found.plan is None else _plan_view(found.plan),
        state=found.state,
        failure=found.failure,
        rows_total=found.rows_total,
        rows_done=found.rows_done,
        counts=_counts_view(found.counts),
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _plan_view(plan: plans.ImportPlan) -> ImportPlan:
    consent = plan.consent
    given = None
    if consent is not None and consent.source is not None and consent.given_at is not None:
        given = FileConsent(source=consent.source, given_at=consent.given_at)
    return ImportPlan(
        mapping={str(index): field for index, field in plan.mapping.items()},
        device_ids=list(plan.device_ids),
        duplicates=plan.duplicates,
        consent=given,
        niches=list(plan.niches),
        status=plan.status,
        region=plan.region,
    )


def _counts_view(counts: Counts) -> ImportCounts:
    return ImportCounts(
        created=counts.created,
        merged=counts.merged,
        unchanged=counts.unchanged,
        duplicates_in_file=counts.duplicates_in_file,
        refused=dict(counts.refused),
        consent_granted=counts.consent_granted,
        consent_unknown=counts.consent_unknown,
        consent_refused=counts.consent_refused,
        suppressed=counts.suppressed,
    )
