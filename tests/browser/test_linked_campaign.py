"""A campaign to two thousand people over a hundred linked numbers, launched in the browser, over the wire and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from hebah.access.model import Actor, Role
from hebah.foundation.clock import SystemClock
from hebah.foundation.embedded_postgres import running_url
from hebah.foundation.postgres import Database
from tests.browser.conftest import Windows
from tests.browser.shop import RunningHebah, Shop
from tests.browser.wire import PROGRAM, SEALING_KEY, Wire, link_by_qr, opened_shop, opened_wire
from tests.crash.wire import adoption
from tests.crash.wire.adoption import Keeper, Number, add_leads, add_numbers
from tests.network.accounts import Behaviour
from tests.network.remote import RemoteNetwork

NUMBERS, PEOPLE = 100, 2_000
PHONE, FIRST_ADOPTED, FIRST_PERSON = "60123456789", "60110000001", "60131000001"
REPLY = "Ada warna lain?"
# Most phones get it and no more; some people read it, some of them answer.
SILENT, READERS = 1_000, 700
REPLIERS = PEOPLE - SILENT - READERS
BEHAVIOURS = (
    (SILENT, Behaviour()),
    (READERS, Behaviour(reads=True, eager=True)),
    (REPLIERS, Behaviour(reads=True, reply=REPLY, after=0.2, eager=True)),
)
FIGURE = re.compile(r"([A-Z][a-z ]+?) (\d[\d,]*)(?=, |$)")
THROUGH_WITHIN_MS = 200_000


@pytest.fixture
def wire() -> Iterator[Wire]:
    with opened_wire() as opened:
        opened.portal.call(populate, opened.network)
        yield opened


@pytest.fixture
def shop(wire: Wire) -> Iterator[Shop]:
    with opened_shop(wire) as opened:
        yield opened


@pytest.mark.prove
@pytest.mark.timeout(300)
def test_two_thousand_people_over_a_hundred_linked_numbers(wire: Wire, shop: Shop, windows: Windows) -> None:
    page = windows.open(shop.hebah.url, "desktop", signed_in=shop.owner)
    device_id = link_by_qr(page, wire, PHONE)
    wire.portal.call(fill, wire, shop.hebah, Number(UUID(device_id), PHONE, f"{PHONE}:1"))
    await_everything_online(page, shop)

    launch(page)
    watch_until_finished(page)

    assert_report_is_what_the_network_counted(page, wire)
    assert_ledger_has_everybody_once(wire)
    page.goto("/inbox")
    expect(page.get_by_text(REPLY).first).to_be_visible()


async def populate(network: RemoteNetwork) -> None:
    """Everybody, and the phone that will be linked."""
    await network.account(PHONE, "Kedai")
    first = int(FIRST_PERSON)
    for count, behaviour in BEHAVIOURS:
        await network.people(str(first), count, behaviour)
        first += count


def everybody() -> list[str]:
    """Numbers of everybody who is to be written to, in the order of their behaviours."""
    return [str(int(FIRST_PERSON) + place) for place in range(PEOPLE)]


async def fill(wire: Wire, hebah: RunningHebah, linked: Number) -> None:
    """The other numbers, which were linked long ago, and the leads, dealt out to all of them."""
    url = running_url(hebah.home / "data" / "postgres")
    assert url is not None
    now = SystemClock().now()
    async with await Database.connect(url) as db:
        async with db.connection() as connection:
            [user] = await connection.fetch("SELECT workspace_id, id, name FROM app_user")
        owner = Actor(user["workspace_id"], user["id"], user["name"], Role.OWNER)
        keeper = Keeper(PROGRAM, url, SEALING_KEY)
        adopted = await add_numbers(db, wire.network, keeper, owner, first=FIRST_ADOPTED, numbers=NUMBERS - 1, now=now)
        everything = adoption.Shop(owner, (linked, *adopted.numbers))
        await add_leads(db, everything, [f"+{person}" for person in everybody()], now)


def await_everything_online(page: Page, shop: Shop) -> None:
    """Every number is connected, and among the devices."""
    everything = {"online": NUMBERS}
    shop.await_("/api/devices?limit=1", lambda devices: bool(devices["counts"] == everything), within_s=60)
    page.goto("/devices")
    expect(page.get_by_text(f"+{FIRST_ADOPTED}").first).to_be_visible()


def launch(page: Page) -> None:
    """Write, review and send, as a person does."""
    page.goto("/campaigns")
    page.get_by_role("link", name="New campaign").or_(page.get_by_role("button", name="New campaign")).first.click()
    page.get_by_label("Name of the campaign").fill("Hari Raya")
    expect(page.get_by_text("2,000 people", exact=True)).to_be_visible()
    page.get_by_role("button", name="Next: Message").click()
    page.get_by_role("textbox", name="Message").fill("Selamat Hari Raya, {{name}}!")
    expect(page.get_by_role("figure")).to_contain_text("Selamat Hari Raya, Siti!")
    page.get_by_role("button", name="Next: When and pace").click()
    page.get_by_role("button", name="Next: Review").click()
    expect(page.get_by_text("2,000 people will get it")).to_be_visible()
    page.get_by_role("button", name="Send to 2,000 people").click()
    expect(figures(page)).to_be_visible()


def figures(page: Page) -> Locator:
    """The bar whose parts add up to everybody."""
    return page.get_by_role("img", name=re.compile("^Recipients: "))


def tile(page: Page, label: str) -> Locator:
    """A figure of the way from sent to answered."""
    funnel = page.get_by_role("group", name="From sent to answered")
    return funnel.locator(":scope > *").filter(has=page.get_by_text(label, exact=True))


def watch_until_finished(page: Page) -> None:
    """The page follows by itself, to the last reply."""
    expect(figures(page)).to_have_accessible_name(
        re.compile(r"Sent 2,000, Being sent 0, Waiting 0\b"), timeout=THROUGH_WITHIN_MS
    )
    expect(page.get_by_text("Finished").first).to_be_visible()
    for label, count in (("Delivered", PEOPLE), ("Read", READERS + REPLIERS), ("Replied", REPLIERS)):
        expect(tile(page, label)).to_contain_text(f"{label}{count:,}", timeout=60_000)


def assert_report_is_what_the_network_counted(page: Page, wire: Wire) -> None:
    said = (figures(page).get_attribute("aria-label") or "").partition(": ")[2]
    shown = {label: int(count.replace(",", "")) for label, count in FIGURE.findall(said)}
    assert sum(shown.values()) == shown["Sent"] == PEOPLE, said

    stats = wire.portal.call(wire.network.stats)
    assert stats["receipts_delivered"] == PEOPLE
    replies = wire.portal.call(count_replies, wire)
    for label, count in (("Read", stats["receipts_read"]), ("Replied", replies)):
        assert count > 0
        expect(tile(page, label)).to_contain_text(f"{label}{count:,}")


async def count_replies(wire: Wire) -> int:
    """How many messages people have written to the numbers, as the phones of the numbers have it."""
    phones = [PHONE, *(str(int(FIRST_ADOPTED) + place) for place in range(NUMBERS - 1))]
    return sum([one.body == REPLY for phone in phones for one in await wire.network.received(phone)])


def assert_ledger_has_everybody_once(wire: Wire) -> None:
    ledger = wire.portal.call(wire.network.sent)
    people = everybody()
    assert sorted(line.to for line in ledger) == people
    assert len({line.wire_id for line in ledger}) == len(ledger)
    assert not any(line.refused or line.retry for line in ledger)
    assert len({line.device for line in ledger}) == NUMBERS
    assert wire.portal.call(read_by, wire, people) == ["Selamat Hari Raya, Siti!"] * PEOPLE
    assert wire.portal.call(wire.network.complaints) == []


async def read_by(wire: Wire, people: list[str]) -> list[str]:
    """What the phones of people have got, in their own words."""
    return [one.body for person in people for one in await wire.network.received(person) if one.device]
