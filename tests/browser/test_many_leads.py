"""A hundred thousand leads: the list stays light and quick wherever one is in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import asyncpg
import pytest
from playwright.sync_api import Page, expect

from hebah.foundation.embedded_postgres import running_url
from tests.browser.conftest import Windows
from tests.browser.shop import RunningHebah, Shop, running_hebah

pytestmark = pytest.mark.timeout(180)

LEADS = 100_000
MOST_NODES = 1_500
SCREENS_DOWN = 40

FILL = """
WITH people AS (
    INSERT INTO contact (workspace_id, id, phone, name, consent, created_at, updated_at)
    SELECT workspace.id, gen_random_uuid(), '+6011' || (10000000 + n), 'Person ' || n, 'granted',
           now() - n * interval '1 second', now()
      FROM workspace, generate_series(1, $1::int) AS n
    RETURNING workspace_id, id, created_at
)
INSERT INTO lead (workspace_id, id, contact_id, niches, created_at, updated_at)
SELECT workspace_id, gen_random_uuid(), id, '{hair}', created_at, created_at FROM people
"""


@pytest.fixture(scope="module")
def crowded() -> Iterator[Shop]:
    """A shop with a hundred thousand leads."""
    with running_hebah() as running, closing(running.set_up()) as owner:
        # Chromium's driver runs an event loop in this thread already.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, fill(running)).result()
        yield Shop(running, owner)


async def fill(running: RunningHebah) -> None:
    url = running_url(running.home / "data" / "postgres")
    assert url is not None
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(FILL, LEADS)
        await connection.execute("ANALYZE contact")
        await connection.execute("ANALYZE lead")
    finally:
        await connection.close()


def test_a_hundred_thousand_leads_scroll_with_a_bounded_page(crowded: Shop, windows: Windows, width: str) -> None:
    page = windows.open(crowded.hebah.url, width, signed_in=crowded.owner)
    page.goto("/leads")
    grid = page.get_by_role("grid", name="Leads")
    expect(grid.get_by_role("row").nth(2)).to_be_visible()
    expect(grid).to_have_attribute("aria-rowcount", str(LEADS))
    most = nodes(page)
    for _ in range(SCREENS_DOWN):
        before = last_row(page)
        grid.evaluate("list => list.scrollBy(0, list.clientHeight * 2)")
        page.wait_for_function("before => Math.max(...rowNumbers()) > before", arg=before)
        most = max(most, nodes(page))
    assert most < MOST_NODES
    assert last_row(page) > 300


def nodes(page: Page) -> int:
    return int(page.evaluate("document.getElementsByTagName('*').length"))


def last_row(page: Page) -> int:
    page.evaluate(
        "window.rowNumbers = () => [...document.querySelectorAll('[aria-rowindex]')]"
        ".map(row => Number(row.getAttribute('aria-rowindex')))"
    )
    return int(page.evaluate("Math.max(...rowNumbers())"))


def test_one_of_a_hundred_thousand_is_found_by_typing(crowded: Shop, windows: Windows, width: str) -> None:
    page = windows.open(crowded.hebah.url, width, signed_in=crowded.owner)
    page.goto("/leads")
    page.get_by_role("searchbox").fill("Person 98765")
    expect(page.get_by_role("row").filter(has_text="Person 98765")).to_be_visible()
    expect(page.get_by_text("1 person found")).to_be_visible()
    page.get_by_role("row").filter(has_text="Person 98765").press("Enter")
    expect(page.get_by_role("dialog").get_by_text("Person 98765").first).to_be_visible()
