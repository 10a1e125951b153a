"""The inbox as somebody at a screen handles it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

TICKED = re.compile(r"(Sent|Delivered|Read)$")


def row(page: Page, name: str) -> Locator:
    """The chat in the list."""
    return page.get_by_role("listbox", name="Chats").get_by_role("option").filter(has_text=name)


def log(page: Page) -> Locator:
    """The messages of the open chat."""
    return page.get_by_role("log")


def bubble(page: Page, words: str) -> Locator:
    """The message with these words."""
    return log(page).locator("[data-message]").filter(has_text=words)


def box(page: Page) -> Locator:
    """Where messages are written."""
    return page.get_by_role("textbox", name=re.compile("^Write to "))


def say(page: Page, words: str) -> Locator:
    """Write and send; gives the bubble."""
    box(page).fill(words)
    box(page).press("Enter")
    sent = bubble(page, words)
    expect(sent).to_be_visible()
    return sent


def choose_about_message(page: Page, words: str, item: str) -> None:
    """Something of the menu of a message."""
    bubble(page, words).click(button="right", position={"x": 5, "y": 5})
    page.get_by_role("menuitem", name=item, exact=True).click()


def choose_about_chat(page: Page, name: str, item: str) -> None:
    """Something of the menu in the head of the open chat."""
    page.get_by_role("button", name=f"Menu of {name}").click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def back_to_chats(page: Page) -> None:
    """The list, which a chat covers on a phone."""
    arrow = page.get_by_role("button", name="Back to the chats")
    if arrow.is_visible():
        arrow.click()


def to_end(page: Page) -> Locator:
    """The way to the newest message, shown while it is out of sight."""
    return page.get_by_role("button", name=re.compile("newest message|new messages? below"))


def tick(page: Page, words: str) -> Locator:
    """How far an own message has come."""
    return bubble(page, words).locator("[data-tick]")


WHOLE_CHAT = """async log => {
  const frame = () => new Promise(requestAnimationFrame);
  const words = new Map();
  let order = [];
  for (let still = 0, before = -1; still < 10; ) {
    const fresh = [];
    for (const each of log.querySelectorAll('[data-message]')) {
      if (!words.has(each.dataset.message)) fresh.push(each.dataset.message);
      words.set(each.dataset.message, each.innerText);
    }
    order = [...fresh, ...order];
    const isBusy = log.getAttribute('aria-busy') === 'true';
    still = log.scrollTop === before && fresh.length === 0 && !isBusy ? still + 1 : 0;
    before = log.scrollTop;
    log.scrollTop -= log.clientHeight / 2;
    await frame();
    await frame();
  }
  return order.map(id => words.get(id));
}"""


def whole_chat(page: Page) -> list[str]:
    """The words of everything in the open chat as far as the page has it, read upwards from the end; oldest first."""
    return list(log(page).evaluate(WHOLE_CHAT))
