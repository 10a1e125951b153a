"""Two hundred texts that want to run as code, through everything people can write: they are shown and do nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.inbox import bubble, log, row, whole_chat
from tests.browser.payloads import PAYLOADS, Guard, scroll_through, watched
from tests.browser.phones import Phone, encoded, somebody
from tests.browser.shop import Json, Shop

pytestmark = pytest.mark.timeout(400)

FILE = b"%PDF-1.4 a small file"


@pytest.fixture
def guard(open_shop: Open) -> Iterator[Guard]:
    watching = watched(open_shop("desktop"))
    yield watching
    watching.look()


def every_kind(line: Phone, group: str, payload: str) -> list[Json]:
    """The payload in every field of every kind of message that can come in."""
    said = [
        line.message(group, payload, quote={"wireId": "NOWHERE", "sender": somebody(), "body": payload}),
        line.message(
            group,
            payload,
            kind="document",
            media={"ref": encoded(FILE), "mime": "application/pdf", "size": len(FILE), "fileName": payload},
        ),
        line.message(group, kind="location", place={"latitude": 3.1, "longitude": 101.7, "name": payload}),
        line.message(group, kind="contacts", cards=[{"name": payload, "vcard": f"BEGIN:VCARD\nTEL:{payload}\nEND"}]),
        line.message(group, payload, kind="poll", options=[payload, f"{payload}!"]),
    ]
    writer = somebody()
    return [{"message": each | {"sender": writer, "senderName": payload}} for each in said]


def test_no_payload_in_a_message_runs(shop: Shop, guard: Guard) -> None:
    line, group = Phone.linked(shop, "Payloads"), f"group:12036300000{somebody()[-6:]}"
    for payload in PAYLOADS:
        line.happen(every_kind(line, group, payload))
    end = line.message(group, "Penutup")
    line.happen([{"message": end | {"sender": somebody(), "senderName": "Penutup"}}])
    page = guard.page
    page.goto(f"/device/{line.device_id}/whatsapp-web/{line.chat(group)['id']}")
    expect(bubble(page, "Penutup")).to_be_visible()
    shown = whole_chat(page)
    assert len(shown) == 5 * len(PAYLOADS) + 1
    plain = [payload for payload in PAYLOADS if payload.isascii() and payload.isprintable() and payload[0] == "<"]
    assert len(plain) > 60
    everything = "\n".join(shown)
    assert [payload for payload in plain if payload not in everything] == []
    guard.look()
    page.get_by_role("button", name="Media and links").click()
    for kind in ("Documents", "Links"):
        page.get_by_role("button", name=kind, exact=True).click()
        expect(page.get_by_role("complementary").get_by_role("listitem").first).to_be_visible()
        guard.look()
    page.get_by_role("button", name="Search in this chat").click()
    page.get_by_role("searchbox", name="Words in messages").fill("gotcha")
    hits = page.get_by_role("list", name="Found messages")
    expect(hits.locator("mark").first).to_be_visible()
    scroll_through(hits.locator("xpath=.."))


def test_no_payload_in_a_name_or_a_note_runs(shop: Shop, guard: Guard) -> None:
    short = [payload for payload in PAYLOADS if len(payload) <= 40 and payload.strip() and payload.isprintable()]
    line = Phone.linked(shop, short[0])
    people = [somebody() for _ in PAYLOADS]
    for person, payload in zip(people, PAYLOADS, strict=True):
        line.happen([{"message": line.message(person, payload, senderName=payload)}])
    for person, payload in zip(people[:30], PAYLOADS[30:60], strict=True):
        shop.lead(payload, phone=person, note=payload, niches=["payload"])
    for number, payload in enumerate(short[:20]):
        shop.call("POST", "/api/labels", json={"name": payload, "colour": "#0a7d5a"})
        shop.call("POST", "/api/canned-replies", json={"shortcut": f"muatan-{number}", "body": payload})
    chat = line.chat(people[-1])
    for payload in PAYLOADS:
        if payload.strip():
            shop.call("POST", f"/api/chats/{chat['id']}/notes", json={"body": payload})
    page = guard.page
    page.goto(f"/device/{line.device_id}/whatsapp-web/{chat['id']}")
    expect(log(page)).to_be_visible()
    scroll_through(page.get_by_role("listbox", name="Chats"))
    guard.look()
    page.get_by_role("button", name="Details", exact=True).click()
    expect(page.get_by_role("button", name="Delete this note")).to_have_count(
        sum(bool(payload.strip()) for payload in PAYLOADS)
    )
    guard.look()
    page.get_by_role("textbox", name="Write to").fill("/muatan")
    expect(page.get_by_role("listbox", name="Ready answers").get_by_role("option").first).to_be_visible()
    guard.look()
    search = page.get_by_role("searchbox", name="Search by name or number")
    for payload in PAYLOADS[::10]:
        search.fill(payload)
        guard.look()


def test_no_payload_in_what_happens_to_a_group_runs(shop: Shop, guard: Guard) -> None:
    line, group = Phone.linked(shop, "Group payloads"), f"group:12036300000{somebody()[-6:]}"
    subjects = [payload for payload in PAYLOADS if payload.strip()]
    for payload in subjects:
        notice = {"code": "renamed", "by": somebody(), "words": payload}
        line.happen([{"message": line.message(group, kind="system", notice=notice) | {"senderName": payload}}])
    line.hears(group, "Penutup", sender=somebody(), sender_name=subjects[0])
    page = guard.page
    page.goto(f"/device/{line.device_id}/whatsapp-web/{line.chat(group)['id']}")
    expect(bubble(page, "Penutup")).to_be_visible()
    assert len(whole_chat(page)) == len(subjects) + 1


def test_no_payload_in_an_imported_chat_runs(shop: Shop, guard: Guard) -> None:
    line, person = Phone.linked(shop, "Import payloads"), somebody()
    told = [payload for payload in PAYLOADS if payload.strip() and payload.isprintable()]
    moments = (f"2025-04-03 09:{number // 60:02}:{number % 60:02}" for number in range(len(told)))
    table = io.StringIO()
    rows = [(person, "in", moment, payload) for moment, payload in zip(moments, told, strict=False)]
    csv.writer(table).writerows([("Phone", "Direction", "Time", "Message"), *rows])
    found = shop.call("POST", "/api/archives", files={"file": (f"{told[0]}.csv", table.getvalue().encode())})
    page = guard.page
    page.goto(f"/devices/archives/{found['id']}")
    page.get_by_label("Device").select_option(line.device_id)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("list", name="The first messages")).to_be_visible()
    guard.look()
    page.get_by_role("button", name=re.compile("^Import [0-9]+ messages")).click()
    page.get_by_role("button", name="Open the chats").click()
    page.get_by_role("option").filter(has_text=person[-4:]).click()
    expect(log(page)).to_be_visible()
    assert len(whole_chat(page)) == len(told)


def test_no_payload_that_is_written_here_runs(shop: Shop, guard: Guard) -> None:
    line, person = Phone.linked(shop, "Own payloads"), somebody()
    line.hears(person, "Mula", sender_name="Penguji")
    page = guard.page
    page.goto(f"/device/{line.device_id}/whatsapp-web")
    row(page, "Penguji").click()
    box = page.get_by_role("textbox", name="Write to Penguji")
    written = [payload for payload in PAYLOADS[::8] if payload.strip() and payload.isprintable()]
    for payload in written:
        box.fill(payload)
        box.press("Enter")
    line.given(len(written))
    assert [each["text"]["body"] for each in line.sent()] == [payload.strip() for payload in written]
    assert len(whole_chat(page)) == len(written) + 1
