"""Devices as they look on the wire."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, UnsetType

from hebah.access.model import Workspace
from hebah.devices.model import (
    Device,
    DeviceState,
    Linking,
    LinkingMethod,
    LinkingStep,
    PasskeyAnswer,
    SendCounts,
    Wanted,
)
from hebah.devices.ports import Abilities, OfferedTransport
from hebah.devices.rules import UNOFFICIAL, why_unusable
from hebah.foundation.wire import Input, View
from hebah.messaging.said import MessageKind


class DeviceView(View):
    """A slot and its number, with what it has sent and what waits for it."""

    id: UUID
    name: str
    transport: str
    phone: str | None
    lid: str | None
    push_name: str | None
    state: DeviceState
    cause: str
    state_until: datetime | None
    state_since: datetime
    wanted: Wanted
    hold: str | None
    hold_until: datetime | None
    last_seen_at: datetime | None
    last_inbound_at: datetime | None
    last_sent_at: datetime | None
    linked_at: datetime | None
    created_at: datetime
    sent_hour: int
    sent_day: int
    hourly_cap: int | None
    daily_cap: int | None
    queued: int


class HistoryView(View):
    """How much of the older chats on a phone is here; all zero when it has offered none."""

    offered: int
    done: int
    failed: int
    retriable: int
    messages: int
    percent: int


class DevicePage(View):
    """A page of slots; `total` are those on all its pages, `counts` all the slots somebody may see, by state."""

    items: list[DeviceView]
    next: str | None
    total: int
    counts: dict[DeviceState, int]


class DeviceInput(Input):
    """A new slot."""

    name: str
    transport: str


class DevicePatch(Input):
    """What can be changed about a slot."""

    name: str | UnsetType = UNSET


class LinkInput(Input):
    """How to link a slot; `phone` is for a code."""

    method: LinkingMethod
    phone: str | None = None


class LinkingView(View):
    """The current or last linking of a slot."""

    device_id: UUID
    method: LinkingMethod
    step: LinkingStep
    shown: str | None
    failure: str | None
    requested_at: datetime
    expires_at: datetime | None
    answer: PasskeyAnswer | None


class PasskeyInput(Input):
    """What a passkey answered: a WebAuthn assertion as JSON."""

    answer: str


class CapabilitiesView(View):
    """What numbers of a transport can do; `sends` and `receives` in the order in which people know them."""

    link_by_code: bool
    sends: list[MessageKind]
    receives: list[MessageKind]
    quotes: bool
    receipts: bool
    own_echo: bool
    typing: bool
    number_check: bool
    history: bool
    media_download: bool
    lids: bool
    max_image_bytes: int
    max_file_bytes: int


class TransportView(View):
    """A way to reach WhatsApp; `reason` says why it cannot be used here.

    `official` is False when WhatsApp does not endorse it; then whoever links must have accepted the risk.
    """

    name: str
    available: bool
    reason: str | None
    official: bool
    risk_accepted_at: datetime | None
    capabilities: CapabilitiesView | None


class TransportList(View):
    """Every transport of this installation."""

    items: list[TransportView]


def device_view(device: Device, workspace: Workspace, counts: Mapping[UUID, SendCounts]) -> DeviceView:
    """A slot as the interface sees it."""
    sent = counts.get(device.id, SendCounts())
    return DeviceView(
        id=device.id,
        name=device.name,
        transport=device.transport,
        phone=device.phone,
        lid=device.lid,
        push_name=device.push_name,
        state=device.condition.state,
        cause=device.condition.cause,
        state_until=device.condition.until,
        state_since=device.state_since,
        wanted=device.wanted,
        hold=device.hold,
        hold_until=device.hold_until,
        last_seen_at=device.last_seen_at,
        last_inbound_at=device.last_inbound_at,
        last_sent_at=device.last_sent_at,
        linked_at=device.linked_at,
        created_at=device.created_at,
        sent_hour=sent.hour,
        sent_day=sent.day,
        hourly_cap=workspace.settings.hourly_cap,
        daily_cap=workspace.settings.daily_cap,
        queued=sent.queued,
    )


def linking_view(linking: Linking) -> LinkingView:
    """A linking as the interface sees it."""
    return LinkingView(
        device_id=linking.device_id,
        method=linking.method,
        step=linking.step,
        shown=linking.shown,
        failure=linking.failure,
        requested_at=linking.requested_at,
        expires_at=linking.expires_at,
        answer=linking.answer,
    )


def transport_list(
    offered: Sequence[OfferedTransport], accepted: Mapping[str, datetime], *, simulated_on: bool
) -> TransportList:
    """All transports as the interface sees them."""
    return TransportList(
        items=[
            TransportView(
                name=each.name,
                available=(reason := why_unusable(each, simulated_on=simulated_on)) is None,
                reason=reason,
                official=each.name not in UNOFFICIAL,
                risk_accepted_at=accepted.get(each.name),
                capabilities=None if each.abilities is None else _capabilities(each.abilities),
            )
            for each in offered
        ]
    )


def _capabilities(able: Abilities) -> CapabilitiesView:
    return CapabilitiesView(
        link_by_code=able.link_by_code,
        sends=[kind for kind in MessageKind if kind in able.sends],
        receives=[kind for kind in MessageKind if kind in able.receives],
        quotes=able.quotes,
        receipts=able.receipts,
        own_echo=able.own_echo,
        typing=able.typing,
        number_check=able.number_check,
        history=able.history,
        media_download=able.media_download,
        lids=able.lids,
        max_image_bytes=able.max_image_bytes,
        max_file_bytes=able.max_file_bytes,
    )
