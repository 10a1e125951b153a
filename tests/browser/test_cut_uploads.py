"""Files on their way to an import: cut, paused, loaded again, and gone on with from where they were."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop
from tests.browser.test_accessibility import assert_no_serious_fault

PIECES = re.compile(r"/api/uploads/[^/]+\?offset=")
ROWS = 250_000


@pytest.fixture
def people(tmp_path: Path, width: str) -> Path:
    """A spreadsheet of several pieces."""
    file = tmp_path / f"people-{width}.csv"
    file.write_text("phone,name\n" + "".join(f"+6013{number:07},Person {number}\n" for number in range(ROWS)))
    return file


def choose(page: Page, file: Path) -> None:
    page.get_by_label("Drop a spreadsheet here").set_input_files(file)


def offsets(page: Page) -> list[int]:
    """Where the pieces begin that the page sends from now on."""
    sent: list[int] = []

    def note(request: Request) -> None:
        if PIECES.search(request.url):
            sent.append(int(parse_qs(urlparse(request.url).query)["offset"][0]))

    page.on("request", note)
    return sent


def test_an_upload_that_was_cut_goes_on_after_the_page_was_loaded_again(
    shop: Shop, open_shop: Open, width: str, people: Path
) -> None:
    page = open_shop(width)
    let_through = [2]

    def cut(route: Route) -> None:
        let_through[0] -= 1
        if let_through[0] >= 0:
            route.continue_()
        else:
            route.abort("connectionfailed")

    page.route(PIECES, cut)
    page.goto("/leads/import/new")
    choose(page, people)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()

    page.unroute(PIECES)
    sent = offsets(page)
    page.reload()
    expect(page.get_by_text(re.compile(rf"[1-9]\d?(\.\d)?% of {people.name} is here"))).to_be_visible()
    choose(page, people)
    expect(page.get_by_role("button", name="Check the file")).to_be_visible()
    assert sent[0] > 0
    assert sent == sorted(set(sent))


def test_an_upload_goes_on_by_itself_when_the_server_answers_again(
    shop: Shop, open_shop: Open, width: str, people: Path
) -> None:
    page = open_shop(width)
    page.route(PIECES, lambda route: route.abort("connectionfailed"))
    page.goto("/leads/import/new")
    choose(page, people)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    page.unroute(PIECES)
    expect(page.get_by_role("button", name="Check the file")).to_be_visible()


def test_an_upload_can_be_paused_and_continued(shop: Shop, open_shop: Open, width: str, people: Path) -> None:
    page = open_shop(width)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(PIECES, hold)
    page.goto("/leads/import/new")
    choose(page, people)
    expect(page.get_by_text(f"Sending {people.name}")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(f"Paused: {people.name}")).to_be_visible()
    assert_no_serious_fault(page)
    page.unroute(PIECES)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Check the file")).to_be_visible()
