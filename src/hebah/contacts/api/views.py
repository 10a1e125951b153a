"""Leads as the interface sees and writes them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, UnsetType, field

from hebah.contacts.model import Consent, ConsentState, Lead, LeadFacts, LeadStatus, WrittenLead
from hebah.contacts.reads import FacetLine, LeadHistory
from hebah.foundation.wire import Input, Instant, View, given


class LeadInput(Input):
    """A lead as people write it."""

    phone: str
    name: str = ""
    niches: list[str] = field(default_factory=list)
    status: LeadStatus = LeadStatus.PROSPECT
    triggers: list[str] = field(default_factory=list)
    note: str = ""
    device_id: UUID | None = None
    consent: ConsentState = ConsentState.UNKNOWN
    consent_source: str | None = None
    consent_at: Instant | None = None
    zone: str | None = None
    variables: dict[str, str] = field(default_factory=dict)


class LeadPatch(Input):
    """What is to change of a lead, and the version that was seen."""

    version: int
    phone: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    niches: list[str] | UnsetType = UNSET
    status: LeadStatus | UnsetType = UNSET
    triggers: list[str] | UnsetType = UNSET
    note: str | UnsetType = UNSET
    device_id: UUID | UnsetType | None = UNSET
    consent: ConsentState | UnsetType = UNSET
    consent_source: str | UnsetType | None = UNSET
    consent_at: Instant | UnsetType | None = UNSET
    zone: str | UnsetType | None = UNSET
    variables: dict[str, str] | UnsetType = UNSET


class LeadView(View):
    """A lead with the person it is about."""

    id: UUID
    contact_id: UUID
    phone: str
    name: str
    niches: list[str]
    status: LeadStatus
    triggers: list[str]
    note: str
    device_id: UUID | None
    consent: ConsentState
    consent_source: str | None
    consent_at: datetime | None
    zone: str | None
    variables: dict[str, str]
    suppressed: bool
    suppressed_reason: str | None
    suppressed_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class LeadPage(View):
    """Leads, newest first; `total` counts all that the filters find, exactly up to 100,000."""

    items: list[LeadView]
    next: str | None
    total: int


class NamedCount(View):
    """How many leads have this value."""

    name: str
    count: int


class DeviceCount(View):
    """How many leads are on this device; null is the pool."""

    device_id: UUID | None
    count: int


class LeadFacets(View):
    """How many leads stand behind each filter."""

    niches: list[NamedCount]
    statuses: list[NamedCount]
    devices: list[DeviceCount]
    consents: list[NamedCount]
    suppressed: int


class ConsentEntry(View):
    """One line of how consent came to be."""

    consent: ConsentState
    source: str
    given_at: datetime | None
    recorded_at: datetime
    recorded_by: str | None


class ReceivedCampaignView(View):
    """A campaign that named this person as a recipient."""

    campaign_id: UUID
    name: str
    state: str
    code: str | None
    at: datetime


class LeadHistoryView(View):
    """What happened with one person."""

    consents: list[ConsentEntry]
    campaigns: list[ReceivedCampaignView]


class SuppressionForm(Input):
    """Somebody said that they want no more messages."""

    lead_id: UUID
    reason: str = "by_hand"


def written(form: LeadInput) -> WrittenLead:
    """The form as the feature reads it."""
    facts = LeadFacts(
        name=form.name,
        niches=tuple(form.niches),
        status=form.status,
        triggers=tuple(form.triggers),
        note=form.note,
        zone=form.zone or None,
        variables=form.variables,
        consent=Consent(form.consent, form.consent_source or None, form.consent_at),
    )
    return WrittenLead(form.phone, facts, form.device_id)


def patched(lead: Lead, patch: LeadPatch) -> WrittenLead:
    """The lead as it would be with the change."""
    view = lead_view(lead)
    kept = {name: getattr(view, name) for name in LeadInput.__struct_fields__}
    changes = {name: value for name, value in given(patch).items() if name != "version"}
    # Evidence belongs to the answer it proves: another answer without evidence of its own has none yet.
    if changes.get("consent", lead.facts.consent.state) != lead.facts.consent.state:
        kept |= {"consent_source": None, "consent_at": None}
    return written(LeadInput(**(kept | changes)))


def lead_view(lead: Lead) -> LeadView:
    """A stored lead."""
    facts = lead.facts
    return LeadView(
        id=lead.id,
        contact_id=lead.contact_id,
        phone=lead.phone,
        name=facts.name,
        niches=list(facts.niches),
        status=facts.status or LeadStatus.PROSPECT,
        triggers=list(facts.triggers),
        note=facts.note,
        device_id=lead.device_id,
        consent=facts.consent.state,
        consent_source=facts.consent.source,
        consent_at=facts.consent.given_at,
        zone=facts.zone,
        variables=dict(facts.variables),
        suppressed=lead.suppressed is not None,
        suppressed_reason=lead.suppressed.reason if lead.suppressed else None,
        suppressed_at=lead.suppressed.at if lead.suppressed else None,
        version=lead.version,
        created_at=lead.created_at,
        updated_at=lead.updated_at,
    )


def facets_view(lines: Iterable[FacetLine]) -> LeadFacets:
    """Counts, the largest first."""
    ordered = sorted(lines, key=lambda line: (-line.count, line.name or ""))

    def named(facet: str) -> list[NamedCount]:
        return [NamedCount(name=line.name or "", count=line.count) for line in ordered if line.facet == facet]

    return LeadFacets(
        niches=named("niche"),
        statuses=named("status"),
        devices=[
            DeviceCount(device_id=None if line.name is None else UUID(line.name), count=line.count)
            for line in ordered
            if line.facet == "device"
        ],
        consents=named("consent"),
        suppressed=sum(line.count for line in ordered if line.facet == "suppressed"),
    )


def history_view(history: LeadHistory) -> LeadHistoryView:
    """One person's history."""
    return LeadHistoryView(
        consents=[
            ConsentEntry(
                consent=entry.consent,
                source=entry.source,
                given_at=entry.given_at,
                recorded_at=entry.recorded_at,
                recorded_by=entry.recorded_by,
            )
            for entry in history.consents
        ],
        campaigns=[
            ReceivedCampaignView(
                campaign_id=received.campaign_id,
                name=received.name,
                state=received.state,
                code=received.code,
                at=received.at,
            )
            for received in history.campaigns
        ],
    )
