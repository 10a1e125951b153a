"""The cable to the server is pulled out while messages pour in, and everything goes on exactly where it was."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.cable import Cable, cable_to
from tests.browser.conftest import Windows
from tests.browser.inbox import back_to_chats, box, bubble, row, say, to_end, whole_chat
from tests.browser.phones import Phone, somebody
from tests.browser.shop import Shop

WRITTEN = "Ditulis semasa terputus"
NUMBER = re.compile(r"Pesan (\d+)\b")


@dataclass(frozen=True)
class Storm:
    """How much pours in, how fast, and after how many of them the cable goes out and comes back."""

    count: int
    per_second: int
    out_after: int
    back_after: int


SHORT = Storm(count=140, per_second=20, out_after=30, back_after=90)  # out for 3 s
LONG = Storm(count=2_000, per_second=50, out_after=200, back_after=1_700)  # out for 30 s


@dataclass
class Asked:
    """What a page has asked the server for."""

    paths: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        """Called for each request."""
        self.paths.append(f"{request.method} {request.url.partition('/api/')[2]}")

    def snapshots(self) -> list[str]:
        """Reads of chats and messages; whether the phone has older ones is asked by whoever comes to the first."""
        return [path for path in self.paths if re.match(r"GET (chats|messages)(?!/[^/]+/history$)", path)]


def test_a_short_cut_of_the_network_loses_and_doubles_nothing(shop: Shop, windows: Windows, width: str) -> None:
    assert_nothing_is_lost(shop, windows, width, SHORT)


@pytest.mark.prove
@pytest.mark.timeout(400)
def test_thirty_seconds_without_network_under_fifty_messages_a_second(shop: Shop, windows: Windows, width: str) -> None:
    assert_nothing_is_lost(shop, windows, width, LONG)


@dataclass
class Scene:
    """A page over a cable, in one of four chats that messages will pour into; a draft stands in another."""

    line: Phone
    people: list[str]
    page: Page
    cable: Cable
    asked: Asked = field(default_factory=Asked)

    def open(self) -> None:
        """Write the draft, then open the first chat."""
        for number, person in enumerate(self.people, start=1):
            self.line.hears(person, "Mula", sender_name=f"Pelanggan {number}")
        self.page.goto(f"/device/{self.line.device_id}/whatsapp-web")
        row(self.page, "Pelanggan 2").click()
        box(self.page).fill("Belum siap")
        back_to_chats(self.page)
        row(self.page, "Pelanggan 1").click()
        expect(bubble(self.page, "Mula")).to_be_visible()
        self.page.evaluate("window.isTheSamePage = true")
        self.page.on("request", self.asked.note)

    def weather(self, storm: Storm) -> None:
        """Everything pours, and in the midst of it the cable is out; something is written meanwhile."""
        banner = self.page.get_by_text("You are offline.")
        before = self.line.look()["poured"]
        self.line.pour(self.people, storm.count, per_second=storm.per_second)
        self.line.poured(before + storm.out_after)
        self.page.context.set_offline(True)
        self.cable.pull_out()
        expect(banner).to_be_visible()
        expect(say(self.page, WRITTEN)).to_contain_text("Goes out when the connection is back.")
        self.line.poured(before + storm.back_after, within_s=120)
        self.asked.paths.clear()
        self.cable.plug_in()
        self.page.context.set_offline(False)
        expect(banner).to_have_count(0)
        self.line.all_stored(within_s=120)


def assert_nothing_is_lost(shop: Shop, windows: Windows, width: str, storm: Storm) -> None:
    line = Phone.linked(shop, f"Stormy on {width}")
    with cable_to(shop.hebah.url) as cable:
        page = windows.open(cable.url, width, signed_in=shop.owner)
        scene = Scene(line, [somebody() for _ in range(4)], page, cable)
        scene.open()
        scene.weather(storm)
        line.given(1)
        assert_the_open_chat_has_everything(page, storm)
        assert scene.asked.snapshots() == []
        assert page.evaluate("window.isTheSamePage") is True
        assert [each["text"]["body"] for each in line.sent()] == [WRITTEN]
        back_to_chats(page)
        assert_the_list_is_right(scene, storm)


def assert_the_open_chat_has_everything(page: Page, storm: Storm) -> None:
    """Every message once and in order; what was written meanwhile is sent."""
    last = bubble(page, f"Pesan {storm.count - 3}")
    expect(to_end(page).or_(last).first).to_be_visible()
    if to_end(page).is_visible():
        to_end(page).click()
    expect(last).to_be_visible()
    read = whole_chat(page)
    assert [int(found[1]) for words in read if (found := NUMBER.search(words))] == list(range(1, storm.count + 1, 4))
    assert ["Sent" in words for words in read if WRITTEN in words] == [True]


def assert_the_list_is_right(scene: Scene, storm: Storm) -> None:
    """Counts as the server has them, and the draft."""
    expect(row(scene.page, "Pelanggan 2")).to_contain_text("Draft: Belum siap")
    for number, person in enumerate(scene.people[1:], start=2):
        unread = scene.line.chat(person)["unread"]
        assert unread >= storm.count // 4
        expect(row(scene.page, f"Pelanggan {number}")).to_contain_text(f"{unread} unread messages")
