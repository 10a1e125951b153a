"""The routes of archives and what is behind them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hebah.access.model import Role
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.joints import LimitsFiles, OffersTransports, SeesFilesInChats
from hebah.app.web import Parts
from hebah.archives.api import archives
from hebah.archives.jobs import Desk
from hebah.foundation.clock import ManualClock
from hebah.foundation.egress import Egress
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.inbox.api import chats, finding, messages
from hebah.media import api as media
from tests.integration.archives.counter import Counter
from tests.integration.conftest import Web
from tests.integration.worlds import add_device


@pytest.fixture
def blobs(tmp_path: Path) -> FilesystemBlobs:
    return FilesystemBlobs(tmp_path / "media")


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def parts(parts: Parts, blobs: FilesystemBlobs, uploads: Path) -> Parts:
    routes = (*archives.ROUTES, *chats.ROUTES, *messages.ROUTES, *finding.ROUTES, *media.ROUTES)
    provided = {
        "blobs": blobs,
        "uploads": uploads,
        "limits": LimitsFiles(parts.db, {}),
        "transports": OffersTransports({}),
        "seen_files": SeesFilesInChats(),
        "egress": Egress(),
    }
    return replace(parts, routes=routes, provided=provided)


@pytest.fixture
async def counter(web: Web, database: Database, clock: ManualClock, blobs: FilesystemBlobs, uploads: Path) -> Counter:
    shop, device_id = await web.found(), make_id()
    async with database.transaction() as tx:
        await add_device(tx, shop.workspace_id, device_id, clock)
    operator = await web.person(shop.workspace_id, Role.OPERATOR)
    return Counter(await web.signed_in(operator), Desk(database, clock, blobs, uploads), shop, device_id)
