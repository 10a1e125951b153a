"""Two hundred texts that want to run as code, through everything people can write: they are shown and do nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.inbox import bubble, log, row, whole_chat
from tests.browser.phones import Phone, encoded, somebody
from tests.browser.shop import Json, Shop

pytestmark = pytest.mark.timeout(400)

PAYLOADS = [json.loads(line) for line in Path(__file__).with_name("payloads.jsonl").read_text().splitlines()]
TRAP = """() => {
  window.caught = [];
  window.gotcha = () => window.caught.push('a payload ran');
  document.addEventListener('securitypolicyviolation', event =>
    window.caught.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
}"""
# Nothing that React makes here has any of these.
MADE_BY_A_PAYLOAD = """() => [...document.querySelectorAll('*')].filter(each => {
  if (each.matches('iframe, object, embed, base, frame, frameset, marquee, math, portal, xmp')) return true;
  if (each.matches('meta[http-equiv], animate, set, use, script:not([src]), script[src^=data]')) return true;
  const attributes = [...each.attributes];
  if (attributes.some(({ name }) => name.startsWith('on') || name === 'srcdoc' || name === 'formaction')) return true;
  const address = attributes.filter(({ name }) => ['href', 'src', 'action', 'xlink:href', 'data'].includes(name));
  return address.some(({ value }) => /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text|file|intent)/i.test(value));
}).map(each => each.outerHTML.slice(0, 200))"""
FILE = b"%PDF-1.4 a small file"


@dataclass
class Guard:
    """Watches a page while payloads are on it."""

    page: Page
    went: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        """Called for each dialog; there should be none."""
        self.went.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def look(self) -> None:
        """Nothing ran, nothing was made, nothing was left or opened."""
        assert self.page.evaluate("window.caught") == []
        assert self.page.evaluate(MADE_BY_A_PAYLOAD) == []
        assert self.went == []
        assert len(self.page.context.pages) == 1


@pytest.fixture
def guard(open_shop: Open) -> Iterator[Guard]:
    page = open_shop("desktop")
    page.add_init_script(f"({TRAP})()")
    watching = Guard(page)
    page.on("dialog", watching.dismiss)
    page.on("request", lambda request: _note_strange(watching, request.url, page.url))
    yield watching
    watching.look()


def _note_strange(guard: Guard, asked: str, at: str) -> None:
    own = at.split("/", 3)[:3]
    if at != "about:blank" and not asked.startswith(("data:image/", "blob:")) and asked.split("/", 3)[:3] != own:
        guard.went.append(asked)


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


def scroll_through(scroller: Locator) -> None:
    """Every row is drawn once."""
    scroller.evaluate(
        """async each => {
          for (let before = -1; each.scrollTop !== before; ) {
            before = each.scrollTop;
            each.scrollTop += each.clientHeight * 0.8;
            for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
          }
        }"""
    )
