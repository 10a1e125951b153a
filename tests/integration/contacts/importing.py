"""A browser that imports people, and files for it."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import xlsxwriter  # type: ignore[import-untyped]  # no stubs exist

from hebah.access.model import Account
from hebah.contacts.jobs import imports as jobs
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database

Json = dict[str, Any]
PLAN: Json = {
    "deviceIds": [],
    "duplicates": "fill_empty",
    "consent": None,
    "niches": [],
    "status": "prospect",
    "region": "MY",
}
NOTHING_REFUSED: Json = {
    "merged": 0,
    "unchanged": 0,
    "duplicatesInFile": 0,
    "refused": {},
    "consentGranted": 0,
    "consentRefused": 0,
    "suppressed": 0,
}


@dataclass
class Desk:
    """A browser that imports, and the worker behind it."""

    browser: httpx.AsyncClient
    database: Database
    clock: ManualClock
    uploads: Path
    shop: Account

    async def upload(self, content: bytes, name: str = "people.csv") -> httpx.Response:
        return await self.browser.post("/api/imports", files={"file": (name, content)})

    async def uploaded(self, content: bytes, name: str = "people.csv") -> Json:
        answer = await self.upload(content, name)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def check(self, found: Json, **changes: object) -> Json:
        plan = PLAN | {"mapping": found["guess"]} | changes
        answer = await self.browser.put(f"/api/imports/{found['id']}/mapping", json=plan)
        assert answer.status_code == 200, answer.text
        await self.work()
        return await self.get(found)

    async def run(self, found: Json) -> Json:
        answer = await self.browser.post(f"/api/imports/{found['id']}/run")
        assert answer.status_code == 200, answer.text
        await self.work()
        return await self.get(found)

    async def bring_in(self, content: bytes, name: str = "people.csv", **changes: object) -> Json:
        return await self.run(await self.check(await self.uploaded(content, name), **changes))

    async def work(self) -> int:
        return await jobs.run_imports(self.database, self.clock, self.uploads)

    async def get(self, found: Json) -> Json:
        return dict((await self.browser.get(f"/api/imports/{found['id']}")).json())

    async def leads(self) -> dict[str, Json]:
        page = (await self.browser.get("/api/leads", params={"limit": 200})).json()
        return {lead["phone"]: lead for lead in page["items"]}

    async def fetchval(self, query: str, *arguments: object) -> Any:
        async with self.database.connection() as connection:
            return await connection.fetchval(query, *arguments)


def numbers(count: int, first: int = 0) -> list[str]:
    return [f"+6012{3_000_000 + first + number}" for number in range(count)]


def csv_of(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def workbook_of(*rows: tuple[object, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()
