"""A large inbox stays light: few nodes in the page, no request for a new message, and nothing jumps while one reads."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.inbox import bubble, log, row, to_end
from tests.browser.phones import Phone, somebody
from tests.browser.shop import Shop

MOST_NODES = 1_500
DAYS_MS = 20 * 24 * 3_600_000
SCROLL = """async (scroller, by) => {
  const frame = () => new Promise(requestAnimationFrame);
  let most = 0, still = 0;
  for (let before = -1, height = 0; still < 30; ) {
    most = Math.max(most, document.querySelectorAll('*').length);
    const isSame = scroller.scrollTop === before && scroller.scrollHeight === height;
    still = isSame && scroller.getAttribute('aria-busy') !== 'true' ? still + 1 : 0;
    before = scroller.scrollTop;
    height = scroller.scrollHeight;
    scroller.scrollTop += by * scroller.clientHeight;
    await frame();
  }
  return most;
}"""
SCROLL_UP_UNTIL_HIGHER = """async (scroller, height) => {
  const frame = () => new Promise(requestAnimationFrame);
  let scrolled = 0;
  for (let after = 0; after < 3; after += scroller.scrollHeight > height ? 1 : 0) {
    const before = scroller.scrollTop;
    scroller.scrollTop -= 1;
    scrolled += before - scroller.scrollTop;
    await frame();
  }
  return scrolled;
}"""


@dataclass(frozen=True)
class Large:
    """How much there is, and who is in it; the long chat is the newest one."""

    chats: int
    each: int
    long: int
    line: Phone
    people: tuple[str, ...]
    chatty: str

    def fill(self) -> None:
        """Everything arrives over the link, as fast as it is stored."""
        self.line.pour(self.people, self.chats * self.each, over_ms=DAYS_MS)
        self.line.all_stored(within_s=600)
        words = "Ayat {number} daripada cerita panjang"
        self.line.pour([self.chatty], self.long, words=words, person="Pencerita", over_ms=DAYS_MS // 10)
        self.line.all_stored(within_s=600)
        midway = round(time.time() * 1000) - DAYS_MS // 20
        self.line.hears(self.chatty, "Seekor kancil lalu", sender_name="Pencerita", at=midway)
        self.line.hears(self.chatty, "Tamat cerita", sender_name="Pencerita")


def large(shop: Shop, chats: int, each: int, long: int) -> Large:
    """So many chats with a few messages each, and one long one."""
    people = tuple(somebody() for _ in range(chats))
    filled = Large(chats, each, long, Phone.linked(shop, f"Large {chats}"), people, somebody())
    filled.fill()
    return filled


@pytest.fixture(scope="module")
def some(shop: Shop) -> Large:
    return large(shop, chats=260, each=2, long=480)


def inbox_of(large: Large, page: Page) -> None:
    page.goto(f"/device/{large.line.device_id}/whatsapp-web")
    expect(row(page, "Pencerita")).to_be_visible()


def open_long_chat(large: Large, page: Page) -> None:
    inbox_of(large, page)
    row(page, "Pencerita").click()
    expect(bubble(page, "Tamat cerita").last).to_be_visible()


def test_scrolling_the_list_and_a_long_chat_keeps_few_nodes(some: Large, open_shop: Open, width: str) -> None:
    assert_few_nodes(some, open_shop(width))


def test_a_new_message_asks_the_server_for_nothing(some: Large, open_shop: Open, width: str) -> None:
    assert_no_request_per_message(some, open_shop(width))


def test_nothing_jumps_when_older_messages_arrive_above(some: Large, open_shop: Open, width: str) -> None:
    assert_nothing_jumps(some, open_shop(width))


def test_a_chat_is_found_by_name_and_number_and_a_message_by_its_words(
    some: Large, open_shop: Open, width: str
) -> None:
    assert_everything_is_found(some, open_shop(width))


@pytest.mark.prove
@pytest.mark.timeout(1500)
def test_ten_thousand_chats_and_a_hundred_thousand_messages(shop: Shop, open_shop: Open) -> None:
    huge = large(shop, chats=10_000, each=8, long=20_000)
    assert_few_nodes(huge, open_shop("desktop"))
    assert_no_request_per_message(huge, open_shop("desktop"))
    assert_nothing_jumps(huge, open_shop("phone"))
    assert_everything_is_found(huge, open_shop("phone"))


def assert_few_nodes(large: Large, page: Page) -> None:
    inbox_of(large, page)
    scroller = page.get_by_role("listbox", name="Chats")
    assert scroller.evaluate(SCROLL, 4) < MOST_NODES
    expect(scroller.locator(f'[data-index="{large.chats}"]')).to_be_visible()
    open_long_chat(large, page)
    assert log(page).evaluate(SCROLL, -4) < MOST_NODES
    expect(log(page).get_by_text("The messages kept here begin here.")).to_be_visible()
    expect(bubble(page, "Ayat 1 daripada")).to_be_visible()


def assert_no_request_per_message(large: Large, page: Page) -> None:
    open_long_chat(large, page)
    # Whoever reads further up has not read what arrives.
    log(page).evaluate("each => { each.scrollTop -= 3 * each.clientHeight; }")
    expect(to_end(page)).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    large.line.pour([large.chatty, *large.people[:3]], 100, words="Berita {number}", person="")
    large.line.all_stored()
    large.line.hears(large.chatty, "Penutup berita")
    expect(page.get_by_role("button", name="26 new messages below")).to_be_visible()
    assert asked == []
    to_end(page).click()
    expect(bubble(page, "Penutup berita").last).to_be_visible()
    large.line.hears(large.chatty, "Tamat cerita")


def assert_nothing_jumps(large: Large, page: Page) -> None:
    open_long_chat(large, page)
    held: list[Route] = []
    page.route("**/messages?*after=*", lambda route: held.append(route))
    scroller = log(page)
    scroller.evaluate("each => { each.scrollTop = 150; }")
    page.wait_for_function("() => document.querySelector('[role=log]').getAttribute('aria-busy') === 'true'")
    expect(page.get_by_text("Loading older messages…")).to_be_visible()
    height = scroller.evaluate("each => each.scrollHeight")
    seen = scroller.evaluate(
        """each => [...each.querySelectorAll('[data-message]')]
          .find(one => one.getBoundingClientRect().top > each.getBoundingClientRect().top).dataset.message"""
    )
    watched = scroller.locator(f'[data-message="{seen}"]')
    before = watched.bounding_box()
    assert before is not None
    held.pop().continue_()
    scrolled = scroller.evaluate(SCROLL_UP_UNTIL_HIGHER, height)
    after = watched.bounding_box()
    assert after is not None
    # A step of the wheel in the very frame in which they arrive may be lost.
    assert abs(after["y"] - before["y"] - scrolled) <= 1
    page.unroute("**/messages?*after=*")


def assert_everything_is_found(large: Large, page: Page) -> None:
    inbox_of(large, page)
    search = page.get_by_role("searchbox", name="Search by name or number")
    oldest = large.people[0]
    search.fill(f"pelanggan {large.chats - 1}")
    expect(row(page, f"Pelanggan {large.chats - 1}")).to_be_visible()
    search.fill(oldest.removeprefix("+6"))
    expect(page.get_by_role("listbox", name="Chats").get_by_role("option")).to_have_count(1)
    expect(row(page, "Pelanggan 1")).to_be_visible()
    search.fill("")
    row(page, "Pencerita").click()
    page.get_by_role("button", name="Search in this chat").click()
    page.get_by_role("searchbox", name="Words in messages").fill("kancil")
    page.get_by_role("list", name="Found messages").get_by_role("button").click()
    expect(bubble(page, "Seekor kancil lalu")).to_be_in_viewport()
    expect(bubble(page, "Tamat cerita")).to_have_count(0)
    to_end(page).click()
    expect(bubble(page, "Tamat cerita").last).to_be_in_viewport()
