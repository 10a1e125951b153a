"""Devices as they look on the wire."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, UnsetType

from hebah.access.model import Workspace
from hebah.devices.model import Device, DeviceState, Linking, LinkingMethod, LinkingStep, SendCounts, Wanted
from hebah.devices.ports import OfferedTransport
from hebah.foundation.wire import Input, View


class DeviceView(View):
    """A slot and its number, with what it has sent and what waits for it."""

    id: UUID
    name: str
    transport: str
    phone: str | None
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


class DevicePage(View):
    """A page of slots; `counts` are of all the slots somebody may see, by state."""

    items: list[DeviceView]
    next: str | None
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


class CapabilitiesView(View):
    """What a transport can do."""

    link_by_code: bool
    images: bool
    receipts: bool
    own_echo: bool
    max_image_bytes: int


class TransportView(View):
    """A way to reach WhatsApp; `reason` says why it cannot be used here."""

    name: str
    available: bool
    reason: str | None
    capabilities: CapabilitiesView


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
    )


def transport_view(offered: OfferedTransport, unusable: str | None) -> TransportView:
    """A transport as the interface sees it."""
    return TransportView(
        name=offered.name,
        available=unusable is None,
        reason=unusable,
        capabilities=CapabilitiesView(
            link_by_code=offered.link_by_code,
            images=offered.images,
            receipts=offered.receipts,
            own_echo=offered.own_echo,
            max_image_bytes=offered.max_image_bytes,
        ),
    )
