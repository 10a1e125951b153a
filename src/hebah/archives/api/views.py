"""Archives as the interface sees and plans them."""

from datetime import datetime
from uuid import UUID

from hebah.archives.actions import Wanted
from hebah.archives.model import Archive, ArchiveKind, ArchivePlan, ArchiveState, Meaning
from hebah.foundation.errors import FieldsInvalid
from hebah.foundation.wire import Input, View
from hebah.messaging.written_time import DateOrder


class ArchivePlanInput(Input):
    """Which device and chat the file belongs to, what it calls our side (`me`, empty: nothing is ours), the zone of its
    clock, the order of its dates and, of a table, what the columns mean (by position, from "0").

    The chat is named by `chat_id`, or by `phone`; by neither where a column of the table does.
    """

    device_id: UUID
    chat_id: UUID | None
    phone: str
    me: str
    zone: str
    order: DateOrder
    region: str
    mapping: dict[str, Meaning]


class ArchivePlanView(View):
    """What was chosen; `address` of the chat, empty where a column says it."""

    device_id: UUID
    address: str
    me: str
    zone: str
    order: DateOrder
    region: str
    mapping: dict[str, Meaning]


class ArchiveFound(View):
    """What was found in the file: who wrote, who of them is probably us (`me`), how its dates are written."""

    kind: ArchiveKind
    messages: int
    files: int
    people: list[str]
    partner: str
    me: str
    order: DateOrder
    is_order_open: bool
    columns: list[str]
    sample: list[list[str]]
    guess: dict[str, Meaning]


class ArchiveCountsView(View):
    """What became, or would become, of the lines; `years` counts new messages by year."""

    added: int
    known: int
    refused: dict[str, int]
    files: int
    files_missing: int
    first_at: datetime | None
    last_at: datetime | None
    years: dict[str, int]


class ArchiveSample(View):
    """One of the first messages, as it will look."""

    at: datetime
    from_me: bool
    author: str
    kind: str
    body: str
    file_name: str
    has_file: bool
    is_new: bool


class ArchiveView(View):
    """A file of older chats on its way in; `removed` counts messages that were taken back."""

    id: UUID
    file_name: str
    file_size: int
    found: ArchiveFound
    plan: ArchivePlanView | None
    state: ArchiveState
    failure: str | None
    rows_total: int | None
    rows_done: int
    counts: ArchiveCountsView
    sample: list[ArchiveSample]
    removed: int
    created_at: datetime
    updated_at: datetime


class ArchiveList(View):
    """Archives, newest first."""

    items: list[ArchiveView]


class ArchiveFaultView(View):
    """A line that is left out, with the reason and how it begins."""

    line: int
    code: str
    shown: str


class ArchiveFaultPage(View):
    """Lines that are left out, in the order of the file."""

    items: list[ArchiveFaultView]
    next: str | None


def wanted_plan(plan: ArchivePlanInput) -> Wanted:
    """The plan as the feature reads it."""
    if any(not index.isdecimal() for index in plan.mapping):
        raise FieldsInvalid({"mapping": "mapping_column_unknown"})
    chosen = ArchivePlan(
        device_id=plan.device_id,
        address="",
        me=plan.me,
        zone=plan.zone,
        order=plan.order,
        region=plan.region,
        mapping={int(index): meaning for index, meaning in plan.mapping.items()},
    )
    return Wanted(chosen, plan.chat_id, plan.phone)


def archive_view(found: Archive, me: str = "") -> ArchiveView:
    """A stored archive; `me` is a guess at our side in it."""
    return ArchiveView(
        id=found.id,
        file_name=found.file_name,
        file_size=found.file_size,
        found=_found(found, me),
        plan=None if found.plan is None else _plan(found.plan),
        state=found.state,
        failure=found.failure,
        rows_total=found.rows_total,
        rows_done=found.rows_done,
        counts=_counts(found),
        sample=[
            ArchiveSample(
                at=one.at,
                from_me=one.from_me,
                author=one.author,
                kind=one.kind,
                body=one.body,
                file_name=one.file_name,
                has_file=one.has_file,
                is_new=one.is_new,
            )
            for one in found.sample
        ],
        removed=found.removed,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _found(found: Archive, me: str) -> ArchiveFound:
    facts = found.facts
    return ArchiveFound(
        kind=facts.kind,
        messages=facts.messages,
        files=facts.files,
        people=list(facts.people),
        partner=facts.partner,
        me=me,
        order=facts.order,
        is_order_open=facts.is_order_open,
        columns=list(facts.columns),
        sample=[list(cells) for cells in facts.sample],
        guess={str(index): meaning for index, meaning in facts.guess.items()},
    )


def _plan(plan: ArchivePlan) -> ArchivePlanView:
    return ArchivePlanView(
        device_id=plan.device_id,
        address=plan.address,
        me=plan.me,
        zone=plan.zone,
        order=plan.order,
        region=plan.region,
        mapping={str(index): meaning for index, meaning in plan.mapping.items()},
    )


def _counts(found: Archive) -> ArchiveCountsView:
    counts = found.counts
    return ArchiveCountsView(
        added=counts.added,
        known=counts.known,
        refused=dict(counts.refused),
        files=counts.files,
        files_missing=counts.files_missing,
        first_at=counts.first_at,
        last_at=counts.last_at,
        years=dict(counts.years),
    )
