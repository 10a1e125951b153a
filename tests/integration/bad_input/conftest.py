"""A shop that takes files in, on the whole application with its real stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from hebah.access.model import Role
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.joints import LimitsFiles, SeesFilesInChats, StopsWithContact
from hebah.app.web import Parts
from hebah.contacts.api import imports, leads
from hebah.contacts.jobs import imports as jobs
from hebah.foundation.clock import ManualClock
from hebah.foundation.egress import Egress
from hebah.foundation.postgres import Database
from hebah.media import api as media
from tests.integration.conftest import Web

Json = dict[str, Any]


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    return replace(
        parts,
        routes=(*media.ROUTES, *leads.ROUTES, *imports.ROUTES),
        provided={
            "blobs": FilesystemBlobs(tmp_path / "media"),
            "limits": LimitsFiles(parts.db, {}),
            "seen_files": SeesFilesInChats(),
            "egress": Egress(),
            "uploads": tmp_path / "uploads",
            "contact_stops": StopsWithContact(),
        },
    )


@dataclass
class Desk:
    """An operator's browser, and the folder in which the application keeps files."""

    browser: httpx.AsyncClient
    database: Database
    clock: ManualClock
    folder: Path

    async def import_file(self, content: bytes, name: str) -> httpx.Response:
        return await self.browser.post("/api/imports", files={"file": (name, content)})

    async def add_picture(self, content: bytes, name: str) -> httpx.Response:
        return await self.browser.post("/api/media", files={"file": (name, content)})

    async def plan(self, found: Json, **changes: object) -> httpx.Response:
        chosen = {
            "mapping": found["guess"],
            "deviceIds": [],
            "duplicates": "fill_empty",
            "consent": None,
            "niches": [],
            "status": "prospect",
            "region": "MY",
        }
        answer = await self.browser.put(f"/api/imports/{found['id']}/mapping", json=chosen | changes)
        await jobs.run_imports(self.database, self.clock, self.folder / "uploads")
        return answer

    async def run(self, found: Json) -> httpx.Response:
        answer = await self.browser.post(f"/api/imports/{found['id']}/run")
        await jobs.run_imports(self.database, self.clock, self.folder / "uploads")
        return answer

    async def seen(self, found: Json) -> Json:
        return dict((await self.browser.get(f"/api/imports/{found['id']}")).json())

    async def kept(self) -> dict[str, object]:
        """Everything a refused file could have left behind or taken away."""
        page = (await self.browser.get("/api/leads")).json()
        async with self.database.connection() as connection:
            pictures = await connection.fetchval("SELECT count(*) FROM media")
        return {
            "leads": sorted(lead["phone"] for lead in page["items"]),
            "imports": len((await self.browser.get("/api/imports")).json()["items"]),
            "pictures": pictures,
            "files": sorted(str(path) for path in self.folder.rglob("*") if path.is_file()),
        }

    @asynccontextmanager
    async def unharmed(self) -> AsyncIterator[None]:
        """Nothing is lost and nothing stays of what happens inside."""
        before = await self.kept()
        yield
        assert await self.kept() == before


@pytest.fixture
async def desk(web: Web, database: Database, clock: ManualClock, tmp_path: Path) -> Desk:
    """A desk with one lead, one import and one picture to lose."""
    shop = await web.found()
    operator = await web.person(shop.workspace_id, Role.OPERATOR)
    opened = Desk(await web.signed_in(operator), database, clock, tmp_path)
    first = (await opened.import_file(b"name,phone\nSiti,0123456789\n", "first.csv")).json()
    assert (await opened.plan(first)).status_code == 200
    assert (await opened.run(first)).status_code == 200
    return opened


def assert_refused(answer: httpx.Response, status: int, code: str) -> Json:
    """A problem with a stable code and one sentence for people; gives its data."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["code"] == code
    assert problem["detail"].endswith(".")
    assert "\n" not in problem["detail"]
    return dict(problem["data"])
