"""Leads as files: all that the filters find, safe to open, and readable by an import again."""

from __future__ import annotations

import csv
import io

import httpx
import pytest
from python_calamine import CalamineWorkbook

from hebah.access.model import Account, Role
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from tests.integration.conftest import Web
from tests.integration.worlds import add_device

MANY = 2_500


async def exported(browser: httpx.AsyncClient, form: str, **filters: str) -> list[list[str]]:
    answer = await browser.get(f"/api/leads.{form}", params=filters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="leads.{form}"'
    if form == "csv":
        assert answer.text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


async def add(browser: httpx.AsyncClient, phone: str, **facts: object) -> None:
    answer = await browser.post("/api/leads", json={"phone": phone, **facts})
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_file_has_what_the_filters_find_with_every_own_column(owner: httpx.AsyncClient, form: str) -> None:
    await add(owner, "+60123456789", name="Siti", niches=["hair", "skin"], variables={"city": "Ipoh"})
    await add(owner, "+60198765432", name="Budi", niches=["skin"], consent="granted", consentSource="fair")
    await add(owner, "+60198765433", name="Chong", niches=["nails"])
    header, *rows = await exported(owner, form, niche="skin")
    assert [dict(zip(header, row, strict=True))["Name"] for row in rows] == ["Budi", "Siti"]
    siti = dict(zip(header, rows[1], strict=True))
    assert (siti["Niche"], siti["city"], siti["Consent"]) == ("hair, skin", "Ipoh", "unknown")
    assert siti["Phone"].lstrip("'") == "+60123456789"


async def test_words_of_others_never_run_as_formulas(owner: httpx.AsyncClient) -> None:
    await add(owner, "+60123456789", name="=HYPERLINK(1)", note="@cmd", variables={"=city": "-1+1"})
    header, row = await exported(owner, "csv")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in header + row)
    assert "'=HYPERLINK(1)" in row


async def test_thousands_of_leads_come_whole_and_once(web: Web, shop: Account, owner: httpx.AsyncClient) -> None:
    async with web.db.transaction() as tx:
        await tx.execute(
            "WITH people AS (INSERT INTO contact (workspace_id, id, phone, created_at, updated_at)"
            " SELECT $1, gen_random_uuid(), '+6012' || (1000000 + n), $2, $2 FROM generate_series(1, $3) AS n"
            " RETURNING id)"
            " INSERT INTO lead (workspace_id, id, contact_id, created_at, updated_at)"
            " SELECT $1, gen_random_uuid(), id, $2, $2 FROM people",
            shop.workspace_id,
            web.clock.now(),
            MANY,
        )
    rows = (await exported(owner, "csv"))[1:]
    assert len({row[0] for row in rows}) == len(rows) == MANY


async def test_who_may_only_answer_chats_takes_no_leads_away(web: Web, shop: Account, clock: ManualClock) -> None:
    device_id = make_id()
    async with web.db.transaction() as tx:
        await add_device(tx, shop.workspace_id, device_id, clock)
    agent = await web.signed_in(await web.person(shop.workspace_id, Role.AGENT, [device_id]))
    assert (await agent.get("/api/leads.csv")).status_code == 403
