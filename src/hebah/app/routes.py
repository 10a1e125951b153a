"""The features of the web application: their routes, and the parts their handlers ask for by name."""

from collections.abc import Mapping

from litestar.types import ControllerRouterHandler

from hebah.app.web import Parts
from hebah.app.wiring import Hebah
from hebah.campaigns.api import drafts, reports
from hebah.foundation.passwords import Argon2Passwords, Passwords
from hebah.live import api as live
from hebah.live.actions import Hub
from hebah.media import api as media

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *live.ROUTES,
    *media.ROUTES,
    *drafts.ROUTES,
    *reports.ROUTES,
)


def parts_of(hebah: Hebah, hub: Hub, passwords: Passwords | None = None) -> Parts:
    """What the web application of this process is made of."""
    return Parts(
        db=hebah.db,
        clock=hebah.clock,
        passwords=passwords or Argon2Passwords(),
        installation=hebah.installation,
        routes=ROUTES,
        provided=provided_by(hebah, hub),
    )


def provided_by(hebah: Hebah, hub: Hub) -> Mapping[str, object]:
    """Parts that handlers ask for by name, beside those every handler may have."""
    return {"hub": hub, "blobs": hebah.blobs}
