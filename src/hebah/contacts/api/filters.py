"""Which leads a request is about, in the words of its address: the same for a list and for a file."""

from typing import Annotated
from uuid import UUID

from litestar.di import Provide
from litestar.params import FromQuery, QueryParameter

from hebah.access.model import Actor
from hebah.contacts import reads
from hebah.contacts.model import ConsentState, LeadStatus
from hebah.contacts.store.leads import LeadFilter
from hebah.foundation.errors import FieldsInvalid
from hebah.foundation.wire import Injected

POOL = "pool"


def _wanted(
    actor: Injected[Actor],
    q: FromQuery[str | None] = None,
    niche: FromQuery[str | None] = None,
    lead_status: Annotated[LeadStatus | None, QueryParameter(name="status")] = None,
    device_id: Annotated[str | None, QueryParameter(name="deviceId")] = None,
    consent: FromQuery[ConsentState | None] = None,
    suppressed: FromQuery[bool | None] = None,
) -> LeadFilter:
    granted = reads.granted(actor)
    return LeadFilter(
        workspace_id=actor.workspace_id,
        granted=None if granted is None else tuple(granted),
        q=q,
        niche=niche,
        status=lead_status,
        device_id=_device(device_id),
        pool=device_id == POOL,
        consent=consent,
        suppressed=suppressed,
    )


def _device(device_id: str | None) -> UUID | None:
    if device_id is None or device_id == POOL:
        return None
    try:
        return UUID(device_id)
    except ValueError as error:
        raise FieldsInvalid({"deviceId": "unknown_device"}) from error


FILTERED = {"wanted": Provide(_wanted, sync_to_thread=False)}
"""Gives a handler `wanted`, a `LeadFilter`."""
