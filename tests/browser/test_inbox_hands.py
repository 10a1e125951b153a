"""The inbox without a mouse, and in one hand: keys, touch, Back, and a keyboard that takes half of the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.inbox import box, bubble, log, row, tick
from tests.browser.phones import Phone, encoded, make_jpeg, somebody
from tests.browser.shop import Shop

SMALL_TARGETS = """() =>
  [...document.querySelectorAll('button, [role=option], [role=menuitem], a, input, textarea, select')]
  .filter(each => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter(each => !each.closest('[inert], .srOnly, [data-message] [class*=words]'))
  .map(each => [each, each.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.right > 0 && box.left < innerWidth && box.bottom > 0)
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([each, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${each.outerHTML.slice(0, 120)}`)"""


@dataclass(frozen=True)
class Counter:
    """A number with two chats."""

    line: Phone
    first: str
    second: str

    @property
    def path(self) -> str:
        """Of its inbox."""
        return f"/device/{self.line.device_id}/whatsapp-web"


@pytest.fixture
def counter(shop: Shop) -> Counter:
    line = Phone.linked(shop, "By hand")
    made = Counter(line, somebody(), somebody())
    line.hears(made.first, "Masih ada stok?", sender_name="Encik Tan")
    line.hears(made.second, "Selamat pagi", sender_name="Puan Lim")
    line.chat(made.second)
    return made


def tab_until(page: Page, inside: str, key: str = "Tab") -> None:
    """Press until the focus is on, or in, such an element."""
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate("inside => document.activeElement.closest(inside) !== null", inside):
            return
    raise AssertionError(f"{inside} cannot be reached")


def test_a_chat_is_found_and_written_in_without_a_mouse(counter: Counter, open_shop: Open) -> None:
    page = open_shop("desktop")
    page.goto(counter.path)
    expect(row(page, "Encik Tan")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("tan")
    expect(row(page, "Puan Lim")).to_have_count(0)
    tab_until(page, "[role=option]")
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    page.keyboard.type("Ada")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("dua warna")
    page.keyboard.press("Enter")
    expect(tick(page, "dua warna")).to_have_attribute("data-tick", "accepted")


def test_a_message_is_answered_without_a_mouse(counter: Counter, open_shop: Open) -> None:
    page = open_shop("desktop")
    page.goto(f"{counter.path}/{counter.line.chat(counter.first)['id']}")
    expect(bubble(page, "Masih ada stok?")).to_be_visible()
    expect(box(page)).to_be_focused()
    tab_until(page, "[role=log]", "Shift+Tab")
    page.keyboard.press("ArrowUp")
    expect(bubble(page, "Masih ada stok?")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu", name="Menu of this message")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.textContent") == "Reply":
            break
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    page.keyboard.type("Jawapan")
    page.keyboard.press("Enter")
    counter.line.given(1)
    assert counter.line.sent()[0]["quote"]["body"] == "Masih ada stok?"


def test_a_message_is_looked_up_and_everything_closed_without_a_mouse(counter: Counter, open_shop: Open) -> None:
    page = open_shop("desktop")
    page.goto(counter.path)
    expect(row(page, "Encik Tan")).to_be_visible()
    page.keyboard.press("Control+Shift+F")
    expect(page.get_by_role("searchbox", name="Words in messages")).to_be_focused()
    page.keyboard.type("stok")
    expect(page.get_by_role("list", name="Found messages").locator("mark").first).to_be_visible()
    tab_until(page, "[aria-label='Found messages']")
    page.keyboard.press("Enter")
    expect(bubble(page, "Masih ada stok?").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox", name="Search by name or number")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("log")).to_have_count(0)
    expect(row(page, "Encik Tan")).to_be_focused()


def test_keys_walk_through_chats_and_the_sheet_names_them(counter: Counter, open_shop: Open) -> None:
    page = open_shop("desktop")
    page.goto(counter.path)
    expect(row(page, "Puan Lim")).to_be_visible()
    page.keyboard.press("Alt+ArrowDown")
    expect(log(page)).to_contain_text("Selamat pagi")
    page.keyboard.press("Alt+ArrowDown")
    expect(log(page)).to_contain_text("Masih ada stok?")
    page.keyboard.press("Alt+ArrowUp")
    expect(log(page)).to_contain_text("Selamat pagi")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search by name or number")).to_be_focused()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    for keys in ("Enter", "ShiftEnter", "/", "CtrlK", "CtrlShiftF", "Alt↓", "Alt↑", "Esc", "End", "ShiftF10", "?"):
        expect(sheet.locator("dt").filter(has_text=re.compile(rf"^{re.escape(keys)}$")).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def test_back_closes_the_chat_on_a_phone(counter: Counter, open_shop: Open) -> None:
    page = open_shop("phone")
    page.goto(counter.path)
    row(page, "Encik Tan").click()
    expect(box(page)).to_be_in_viewport()
    page.go_back()
    expect(row(page, "Encik Tan")).to_be_in_viewport()
    expect(box(page)).to_have_count(0)
    assert page.url.endswith(counter.path)


def test_the_chat_slides_only_for_those_who_like_motion(counter: Counter, open_shop: Open) -> None:
    page = open_shop("phone")
    page.goto(counter.path)
    row(page, "Encik Tan").click()
    pane = "() => getComputedStyle(document.querySelector('[aria-label=Chats]').nextElementSibling).transitionDuration"
    expect(box(page)).to_be_visible()
    assert max(float(each.strip(" s")) for each in page.evaluate(pane).split(",")) < 0.01
    page.emulate_media(reduced_motion="no-preference")
    assert max(float(each.strip(" s")) for each in page.evaluate(pane).split(",")) > 0.1


def test_the_newest_message_stays_above_an_open_keyboard(counter: Counter, open_shop: Open) -> None:
    for number in range(30):
        counter.line.hears(counter.first, f"Baris {number}")
    page = open_shop("phone")
    page.goto(counter.path)
    row(page, "Encik Tan").click()
    expect(bubble(page, "Baris 29")).to_be_in_viewport()
    page.set_viewport_size({"width": 390, "height": 420})
    expect(box(page)).to_be_in_viewport(ratio=1)
    expect(bubble(page, "Baris 29")).to_be_in_viewport(ratio=1)


def test_everything_on_a_phone_is_large_enough_for_a_finger(counter: Counter, open_shop: Open) -> None:
    picture = make_jpeg(64, 64)
    media = {"ref": encoded(picture), "mime": "image/jpeg", "size": len(picture), "width": 64, "height": 64}
    wire_id = counter.line.hears(counter.first, "Gambar", kind="image", media=media)
    counter.line.hears(counter.first, "👍", kind="reaction", target={"wireId": wire_id})
    counter.line.answer_sends(outcome="refused", code="blocked")
    page = open_shop("phone")
    page.goto(counter.path)
    expect(row(page, "Encik Tan")).to_be_visible()
    assert page.evaluate(SMALL_TARGETS) == []
    row(page, "Encik Tan").click()
    box(page).fill("Tidak sampai")
    box(page).press("Enter")
    expect(bubble(page, "Tidak sampai").get_by_role("button", name="Try again")).to_be_visible()
    assert page.evaluate(SMALL_TARGETS) == []
    page.get_by_role("button", name="Menu of Encik Tan").click()
    expect(page.get_by_role("menuitem", name="Pin")).to_be_visible()
    assert page.evaluate(SMALL_TARGETS) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open the details").click()
    expect(page.get_by_label("New note")).to_be_visible()
    assert page.evaluate(SMALL_TARGETS) == []
