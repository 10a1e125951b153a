"""A day at a linked number: over the real protocol, what people do arrives in the browser, and answers reach them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import partial
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Windows
from tests.browser.shop import Shop, deadline
from tests.browser.wire import Wire, link_by_qr, opened_shop, opened_wire
from tests.network import messages
from tests.network.accounts import Behaviour
from tests.network.mediacrypto import MediaKind
from tests.network.membership import GroupChange
from tests.network.settings import Kept, Setting

PHONE, SITI, TAN = "60123456789", "60131000001", "60131000002"
FIRST_OF_MANY, PEOPLE, POURED = 60_132_000_001, 40, 400
VCARD = "BEGIN:VCARD\nVERSION:3.0\nN:;Encik Lim;;;\nFN:Encik Lim\nTEL;waid=60137654321:+60 13-765 4321\nEND:VCARD"
ANSWERS = Behaviour(reads=True, eager=True)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with opened_wire() as opened:
        opened.portal.call(opened.network.account, PHONE, "Kedai")
        opened.portal.call(opened.network.person, SITI, "Siti", ANSWERS)
        opened.portal.call(opened.network.person, TAN, "Tan", ANSWERS)
        opened.portal.call(opened.network.people, str(FIRST_OF_MANY), PEOPLE, Behaviour())
        yield opened


@pytest.fixture(scope="module")
def shop(wire: Wire) -> Iterator[Shop]:
    with opened_shop(wire) as opened:
        yield opened


@pytest.fixture(scope="module")
def linked(wire: Wire, shop: Shop) -> list[str]:
    """The linked device, once a test has linked it in the browser."""
    return []


@pytest.fixture
def page(wire: Wire, shop: Shop, windows: Windows, linked: list[str]) -> Page:
    """The inbox of the linked number."""
    opened = windows.open(shop.hebah.url, "desktop", signed_in=shop.owner)
    if not linked:
        linked.append(link_by_qr(opened, wire, PHONE))
    opened.goto(f"/device/{linked[0]}/whatsapp-web")
    return opened


@pytest.mark.timeout(240)
def test_a_conversation_over_the_wire_is_the_same_in_the_browser(wire: Wire, page: Page) -> None:
    hello = wire.portal.call(wire.network.write, SITI, PHONE, messages.text("Masih ada baju biru?"))
    open_chat(page, "Siti")
    expect(log(page)).to_contain_text("Masih ada baju biru?")

    say(page, "Ada, saiz M dan L.")
    expect(bubble(page, "Ada, saiz M dan L.").locator("[data-tick=read]")).to_be_visible()
    [answer] = [one for one in wire.portal.call(wire.network.received, SITI) if one.device and not one.group]
    assert answer.body == "Ada, saiz M dan L."
    await_read(wire, hello)

    react_edit_and_delete(wire, page, answer.wire_id, hello)
    send_every_kind(wire, page)
    type_on_the_phone(wire, page)


@pytest.mark.timeout(240)
def test_a_group_is_read_and_answered(wire: Wire, page: Page) -> None:
    group = wire.portal.call(wire.network.group, "Pelanggan tetap", [SITI, PHONE, TAN])
    wire.portal.call(wire.network.write_group, TAN, group, messages.text("Bila buka esok?"))
    page.get_by_role("option").filter(has_text="Bila buka esok?").click()
    expect(bubble(page, "Bila buka esok?")).to_contain_text("Tan")

    say(page, "Pukul sembilan.")

    expect(bubble(page, "Pukul sembilan.").locator("[data-tick=accepted], [data-tick=delivered]")).to_be_visible()
    for member in (SITI, TAN):
        bodies = [one.body for one in wire.portal.call(wire.network.received, member) if one.group]
        assert "Pukul sembilan." in bodies


@pytest.mark.timeout(240)
def test_what_happens_in_a_group_stands_in_it_until_we_are_removed(wire: Wire, page: Page) -> None:
    network, call = wire.network, wire.portal.call
    group = call(partial(network.group, "Kelas Selasa", [SITI, PHONE, TAN], told=True))
    page.get_by_role("option").filter(has_text="Kelas Selasa").click()
    expect(log(page)).to_contain_text(re.compile("created the group .*Kelas Selasa"))
    call(network.picture, group, photograph())
    expect(log(page)).to_contain_text(re.compile("changed the group.s picture"))
    call(network.change_group, group, SITI, GroupChange.RENAME, [], "Kelas Rabu")
    expect(page.get_by_role("option").filter(has_text="Kelas Rabu")).to_be_visible()
    call(network.change_group, group, SITI, GroupChange.PROMOTE, [PHONE])
    expect(log(page)).to_contain_text("made you an admin")

    page.get_by_role("button", name="Open the details").click()
    members = page.get_by_role("complementary").get_by_role("listitem")
    expect(members.filter(has_text="You")).to_contain_text("Admin")
    expect(members.filter(has_text=f"+{TAN}")).to_be_visible()
    page.keyboard.press("Escape")

    call(network.change_group, group, SITI, GroupChange.REMOVE, [PHONE])
    expect(log(page)).to_contain_text("removed you")
    expect(page.get_by_text("You are not in this group any more.")).to_be_visible()


@pytest.mark.timeout(240)
def test_pictures_and_what_the_phone_keeps_of_a_chat_are_seen_live(wire: Wire, page: Page) -> None:
    network, call = wire.network, wire.portal.call
    call(network.picture, SITI, photograph())
    call(network.write, SITI, PHONE, messages.text("Gambar baru"))
    row = page.get_by_role("option").filter(has_text="Gambar baru")
    row.click()
    shown = row.locator("img")
    expect(shown).to_be_visible()
    page.wait_for_function("one => one.complete && one.naturalWidth === 320", arg=shown.element_handle())

    call(network.share_keys, PHONE)
    call(network.keep, PHONE, SITI, Kept(Setting.PINNED))
    expect(row).to_contain_text("Pinned")
    row.click(button="right")
    page.get_by_role("menuitem", name="Unpin").click()
    expect(row).not_to_contain_text("Pinned")
    with deadline(20) as left:
        while left() and Kept(Setting.PINNED, on=False) not in call(network.kept, PHONE, SITI):
            pass
    assert Kept(Setting.PINNED, on=False) in call(network.kept, PHONE, SITI)


@pytest.mark.timeout(240)
def test_a_busy_hour_arrives_once_and_in_order_without_a_question(wire: Wire, page: Page, shop: Shop) -> None:
    expect(page.get_by_role("listbox")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    wire.portal.call(wire.network.pour, str(FIRST_OF_MANY), PEOPLE, [PHONE], POURED, 100.0)

    expect(page.get_by_role("option").filter(has_text=f"IN{POURED - 1:08d}")).to_be_visible(timeout=90_000)
    assert not [url for url in asked if "/api/" in url]
    for person in reversed(range(PEOPLE - 6, PEOPLE)):  # the newest stand at the top of the list
        expected = [f"IN{number:08d}" for number in range(person, POURED, PEOPLE)]
        page.get_by_role("option").filter(has_text=expected[-1]).click()
        expect(log(page)).to_contain_text(expected[-1])
        shown = [found for found in log(page).inner_text().split() if re.fullmatch(r"IN\d{8}", found)]
        assert shown == expected


def await_read(wire: Wire, wire_id: str) -> None:
    """WhatsApp is told that somebody has read it."""
    with deadline(20) as left:
        while left():
            if any(wire_id in one.wire_ids for one in wire.portal.call(wire.network.signs) if one.kind == "read"):
                return
    raise AssertionError("WhatsApp was not told that somebody has read it")


def react_edit_and_delete(wire: Wire, page: Page, answer: str, hello: str) -> None:
    """Somebody reacts to our message, changes theirs, and takes another one back."""
    now = int(time.time() * 1000)
    ours, theirs = messages.Key(f"{PHONE}@s.whatsapp.net", answer), messages.Key(f"{PHONE}@s.whatsapp.net", hello, True)
    wire.portal.call(wire.network.write, SITI, PHONE, messages.reaction(ours, "👍", now))
    expect(bubble(page, "Ada, saiz M dan L.").get_by_role("list", name="Reactions")).to_contain_text("👍")
    wire.portal.call(wire.network.write, SITI, PHONE, messages.edit(theirs, messages.text("Ada baju hijau?"), now))
    expect(bubble(page, "Ada baju hijau?")).to_contain_text("edited")
    wrong = wire.portal.call(wire.network.write, SITI, PHONE, messages.text("Salah hantar"))
    expect(bubble(page, "Salah hantar")).to_be_visible()
    gone = messages.Key(f"{PHONE}@s.whatsapp.net", wrong, True)
    wire.portal.call(wire.network.write, SITI, PHONE, messages.revoke(gone))
    expect(log(page)).to_contain_text("This message was deleted")
    expect(log(page)).not_to_contain_text("Salah hantar")


def send_every_kind(wire: Wire, page: Page) -> None:
    """A picture, a document, a place, a card and a poll; files are really here."""
    picture, paper = photograph(), b"%PDF-1.4 resit"
    placed = wire.portal.call(wire.network.upload, picture, MediaKind.IMAGE)
    file = messages.File(placed.sealed, placed.direct_path, "image/jpeg", width=320, height=240)
    wire.portal.call(wire.network.write, SITI, PHONE, messages.image(file, "Macam ini?"))
    shown = bubble(page, "Macam ini?").get_by_role("img", name="Macam ini?")
    expect(shown).to_be_visible()
    page.wait_for_function("one => one.complete && one.naturalWidth === 320", arg=shown.element_handle())
    placed = wire.portal.call(wire.network.upload, paper, MediaKind.DOCUMENT)
    sheet = messages.File(placed.sealed, placed.direct_path, "application/pdf", name="Resit.pdf")
    wire.portal.call(wire.network.write, SITI, PHONE, messages.document(sheet))
    with page.expect_download() as saved:
        log(page).get_by_role("link", name=re.compile("Resit.pdf")).click()
    assert saved.value.path().read_bytes() == paper
    for said, seen in (
        (messages.location(messages.Place(3.139, 101.687, "Pasar Seni")), "Pasar Seni"),
        (messages.contact(messages.Card("Encik Lim", VCARD)), "Encik Lim"),
        (messages.poll("Warna apa?", ["Biru", "Hijau"]), "Warna apa?"),
    ):
        wire.portal.call(wire.network.write, SITI, PHONE, said)
        expect(log(page)).to_contain_text(seen)


def type_on_the_phone(wire: Wire, page: Page) -> None:
    """What the owner types on the phone itself stands among our messages."""
    wire.portal.call(wire.network.type_message, PHONE, SITI, messages.text("Saya pos esok."))
    expect(bubble(page, "Saya pos esok.").locator("[data-tick]")).to_be_visible()


def open_chat(page: Page, name: str) -> None:
    page.get_by_role("option").filter(has_text=name).click()
    expect(log(page)).to_be_visible()


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def bubble(page: Page, words: str) -> Locator:
    return log(page).locator("[data-message]").filter(has_text=words)


def say(page: Page, words: str) -> None:
    page.get_by_role("textbox", name=re.compile("^Write to")).fill(words)
    page.keyboard.press("Enter")


def photograph() -> bytes:
    """A small picture of many colours."""
    target = BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(target, "JPEG", quality=80)
    return target.getvalue()
