"""The features of the web application: their routes, and the parts their handlers ask for by name."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from hebah.access.model import Installation
from hebah.app import overview, simulated_phones, system
from hebah.app.joints import (
    CountsSends,
    EndsWithDevice,
    LimitsFiles,
    OffersTransports,
    SeesFilesInChats,
    StopsWithContact,
    TellsHistories,
)
from hebah.app.sealing import sealing_key
from hebah.app.web import Parts, create_app
from hebah.app.wiring import Hebah, installed_version
from hebah.archives.api import archives
from hebah.campaigns.api import calendar, drafts, reports
from hebah.contacts.api import bulk as bulk_edits
from hebah.contacts.api import exports, imports, leads
from hebah.devices.api import bulk, linking, slots
from hebah.foundation.clock import SystemClock
from hebah.foundation.egress import Egress
from hebah.foundation.passwords import Argon2Passwords, Passwords
from hebah.foundation.postgres import Database
from hebah.inbox.api import chats, finding, keeping, messages, signs, team
from hebah.keys import api as keys
from hebah.live import api as live
from hebah.live.actions.hub import Hub
from hebah.media import api as media
from hebah.stops import api as stops
from hebah.uploads import api as uploads

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *overview.ROUTES,
    *system.ROUTES,
    *live.ROUTES,
    *keys.ROUTES,
    *media.ROUTES,
    *slots.ROUTES,
    *bulk.ROUTES,
    *linking.ROUTES,
    *simulated_phones.ROUTES,
    *leads.ROUTES,
    *bulk_edits.ROUTES,
    *uploads.ROUTES,
    *exports.ROUTES,
    *imports.ROUTES,
    *chats.ROUTES,
    *messages.ROUTES,
    *signs.ROUTES,
    *finding.ROUTES,
    *keeping.ROUTES,
    *team.ROUTES,
    *archives.ROUTES,
    *calendar.ROUTES,
    *drafts.ROUTES,
    *reports.ROUTES,
    *stops.ROUTES,
)

PROVIDED: Final = (
    "hub",
    "blobs",
    "egress",
    "limits",
    "seen_files",
    "transports",
    "device_ends",
    "contact_stops",
    "sends",
    "histories",
    "simulated",
    "uploads",
    "metrics_token",
)
"""Every name that handlers may ask for beside `actor`, `session`, `db`, `clock` and `door`."""


def parts_of(hebah: Hebah, hub: Hub, passwords: Passwords | None = None) -> Parts:
    """What the web application of this process is made of."""
    return Parts(
        db=hebah.db,
        clock=hebah.clock,
        passwords=passwords or Argon2Passwords(),
        installation=hebah.installation,
        routes=ROUTES,
        provided=provided_by(hebah, hub),
        host_key=sealing_key(hebah.settings),
        requests_per_s=hebah.settings.requests_per_s,
    )


def provided_by(hebah: Hebah, hub: Hub) -> Mapping[str, object]:
    """Parts that handlers ask for by name, beside those every handler may have."""
    return {
        "hub": hub,
        "blobs": hebah.blobs,
        "egress": Egress(hebah.settings.egress_networks),
        "limits": LimitsFiles(hebah.db, hebah.reach.transports),
        "seen_files": SeesFilesInChats(),
        "transports": OffersTransports(hebah.reach.transports, hebah.reach.unusable),
        "device_ends": EndsWithDevice(),
        "contact_stops": StopsWithContact(),
        "sends": CountsSends(),
        "histories": TellsHistories(),
        "simulated": hebah.reach.network,
        "uploads": hebah.uploads,
        "metrics_token": hebah.settings.metrics_token,
    }


def bare_app() -> Litestar:
    """The application without anything behind it, for those who only look at its routes."""
    nowhere = Database(None, "nowhere", None)
    parts = Parts(
        db=nowhere,
        clock=SystemClock(),
        passwords=Argon2Passwords(memory_kib=64, passes=1),
        installation=Installation(installed_version(), simulated_available=True),
        routes=ROUTES,
        provided=dict.fromkeys(PROVIDED),
    )
    return create_app(parts)


def api_document() -> dict[str, Any]:
    """The description of the HTTP API."""
    return bare_app().openapi_schema.to_schema()
