"""Two people at one number, one on a phone and one at a desk: each sees at once what the other does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.inbox import (
    back_to_chats,
    box,
    bubble,
    choose_about_chat,
    choose_about_message,
    log,
    row,
    say,
    tick,
)
from tests.browser.phones import Phone, encoded, make_jpeg, somebody
from tests.browser.shop import Shop

CUSTOMER = "Puan Rohani"
PICTURE = make_jpeg()


@dataclass(frozen=True)
class Pair:
    """Aminah at the desk and Devi on the phone, both in the chat with one customer."""

    desk: Page
    hand: Page
    line: Phone
    customer: str
    chat_id: str

    def both(self) -> tuple[Page, Page]:
        """Their two windows."""
        return self.desk, self.hand


@pytest.fixture
def devi(shop: Shop) -> Iterator[httpx.Client]:
    with closing(shop.colleague("Devi", "operator")) as client:
        yield client


@pytest.fixture
def pair(shop: Shop, devi: httpx.Client, open_shop: Open) -> Pair:
    line, customer = Phone.linked(shop, "Two at one"), somebody()
    line.hears(customer, "Ada warna hijau?", sender_name=CUSTOMER)
    chat_id = line.chat(customer)["id"]
    desk, hand = open_shop("desktop"), open_shop("phone", signed_in=devi)
    for page in (desk, hand):
        page.goto(f"/device/{line.device_id}/whatsapp-web/{chat_id}")
        expect(bubble(page, "Ada warna hijau?")).to_be_visible()
    return Pair(desk, hand, line, customer, chat_id)


def test_what_one_says_the_other_sees_and_its_tick_only_moves_forward(pair: Pair) -> None:
    say(pair.desk, "Ada, puan.")
    for page in pair.both():
        expect(tick(page, "Ada, puan.")).to_have_attribute("data-tick", "accepted")
    expect(bubble(pair.hand, "Ada, puan.")).to_contain_text("Aminah")
    [wire_id] = [each["wireId"] for each in pair.line.sent()]
    pair.line.receipts(pair.customer, "read", [wire_id])
    for page in pair.both():
        expect(tick(page, "Ada, puan.")).to_have_attribute("data-tick", "read")
    # The slower receipt comes last, and something after it that shows that it has arrived.
    pair.line.receipts(pair.customer, "delivered", [wire_id])
    pair.line.hears(pair.customer, "Terima kasih")
    for page in pair.both():
        expect(bubble(page, "Terima kasih")).to_be_visible()
        expect(tick(page, "Ada, puan.")).to_have_attribute("data-tick", "read")


def test_answers_reactions_edits_and_deletions_reach_the_other(pair: Pair) -> None:
    choose_about_message(pair.desk, "Ada warna hijau?", "React with ❤️")
    reactions = log(pair.hand).get_by_role("list", name="Reactions")
    expect(reactions.get_by_role("button", name="You")).to_contain_text("❤️")

    choose_about_message(pair.hand, "Ada warna hijau?", "Reply")
    say(pair.hand, "Ada dua helai")
    expect(tick(pair.hand, "Ada dua helai")).to_have_attribute("data-tick", "accepted")
    expect(bubble(pair.desk, "Ada dua helai")).to_contain_text("Ada warna hijau?")

    choose_about_message(pair.hand, "Ada dua helai", "Edit")
    box(pair.hand).fill("Ada tiga helai")
    box(pair.hand).press("Enter")
    for page in pair.both():
        expect(bubble(page, "Ada tiga helai")).to_contain_text("edited")

    choose_about_message(pair.desk, "Ada tiga helai", "Delete for everyone")
    pair.desk.get_by_role("dialog").get_by_role("button", name="Delete for everyone").click()
    for page in pair.both():
        expect(bubble(page, "You deleted this message")).to_be_visible()
        expect(log(page)).not_to_contain_text("Ada tiga helai")
    kinds = [
        next(kind for kind in ("text", "reaction", "edit", "deletion") if kind in each) for each in pair.line.sent()
    ]
    assert kinds == ["reaction", "text", "edit", "deletion"]
    assert pair.line.sent()[1]["quote"]["body"] == "Ada warna hijau?"


def test_reading_pinning_muting_and_archiving_are_shared(pair: Pair) -> None:
    back_to_chats(pair.hand)
    listed = row(pair.hand, CUSTOMER)
    expect(listed).not_to_contain_text("unread")
    pair.desk.bring_to_front()
    choose_about_chat(pair.desk, CUSTOMER, "Mark as unread")
    expect(listed).to_contain_text("unread message")
    choose_about_chat(pair.desk, CUSTOMER, "Mark as read")
    expect(listed).not_to_contain_text("unread message")
    choose_about_chat(pair.desk, CUSTOMER, "Pin")
    expect(listed).to_contain_text("Pinned")
    choose_about_chat(pair.desk, CUSTOMER, "Mute for 8 hours")
    expect(listed).to_contain_text("Muted")
    choose_about_chat(pair.desk, CUSTOMER, "Archive")
    expect(listed).to_have_count(0)
    pair.hand.get_by_role("button", name=re.compile("^Archived")).click()
    expect(listed).to_be_visible()


def test_assignment_labels_and_notes_are_shared(shop: Shop, pair: Pair) -> None:
    label = "Borong segera"
    pair.desk.get_by_role("button", name="Details", exact=True).click()
    pair.hand.get_by_role("button", name="Open the details").click()
    shop.call("POST", "/api/labels", json={"name": label, "colour": "#1d5fd1"})
    # Nobody has loaded the page again since the label was made.
    pair.desk.get_by_role("button", name=label).click()
    expect(pair.hand.get_by_role("button", name=label)).to_have_attribute("aria-pressed", "true")
    pair.hand.get_by_role("combobox", name="Assigned to").select_option("Devi")
    expect(pair.desk.get_by_role("combobox", name="Assigned to").locator("option:checked")).to_have_text("Devi")
    pair.desk.get_by_label("New note").fill("Dia bayar tunai")
    pair.desk.get_by_role("button", name="Add the note").click()
    expect(pair.hand.get_by_role("listitem").filter(has_text="Dia bayar tunai")).to_contain_text("Aminah")
    pair.desk.get_by_role("button", name="Delete this note").click()
    expect(pair.hand.get_by_role("listitem").filter(has_text="Dia bayar tunai")).to_have_count(0)


def test_a_draft_stays_with_its_writer_and_survives_a_reload(pair: Pair) -> None:
    box(pair.hand).fill("Saya semak dahulu")
    back_to_chats(pair.hand)
    expect(row(pair.hand, CUSTOMER)).to_contain_text("Draft: Saya semak dahulu")
    pair.hand.reload()
    expect(row(pair.hand, CUSTOMER)).to_contain_text("Draft: Saya semak dahulu")
    expect(box(pair.desk)).to_have_value("")
    row(pair.hand, CUSTOMER).click()
    expect(box(pair.hand)).to_have_value("Saya semak dahulu")


def test_a_send_that_fails_says_why_and_goes_when_tried_again(pair: Pair) -> None:
    pair.line.answer_sends(outcome="refused", code="blocked")
    say(pair.desk, "Boleh ambil esok")
    for page in pair.both():
        expect(bubble(page, "Boleh ambil esok")).to_contain_text("Not sent. The person has blocked this number.")
        expect(tick(page, "Boleh ambil esok")).to_have_attribute("data-tick", "failed")
    pair.line.answer_sends()
    bubble(pair.hand, "Boleh ambil esok").get_by_role("button", name="Try again").click()
    for page in pair.both():
        expect(tick(page, "Boleh ambil esok")).to_have_attribute("data-tick", "accepted")
        expect(bubble(page, "Boleh ambil esok")).not_to_contain_text("Not sent.")
        expect(bubble(page, "Boleh ambil esok")).to_have_count(1)


def test_an_answer_that_comes_late_does_not_hide_what_became_of_the_message_meanwhile(pair: Pair) -> None:
    pair.line.answer_sends(outcome="refused", code="blocked")
    held: list[tuple[Route, APIResponse]] = []
    messages = f"**/api/chats/{pair.chat_id}/messages"
    pair.desk.route(messages, lambda route: held.append((route, route.fetch())))
    box(pair.desk).fill("Tidak sampai")
    box(pair.desk).press("Enter")
    expect(row(pair.desk, CUSTOMER)).to_contain_text("Not sent")
    with pair.desk.expect_response(messages):
        route, answer = held.pop()
        route.fulfill(response=answer)
    pair.desk.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(bubble(pair.desk, "Tidak sampai").get_by_role("button", name="Try again")).to_be_visible(timeout=2_000)


def test_what_is_typed_on_the_phone_or_sent_by_a_campaign_appears(shop: Shop, pair: Pair) -> None:
    pair.line.types(pair.customer, "Dari telefon sendiri")
    shop.lead(CUSTOMER, phone=pair.customer, niches=["together"], deviceId=pair.line.device_id)
    for page in pair.both():
        expect(bubble(page, "Dari telefon sendiri").locator("[data-tick]")).to_be_visible()
    shop.launch(shop.campaign("Untuk semua", "together", body="Jualan hujung bulan"))
    for page in pair.both():
        expect(bubble(page, "Jualan hujung bulan")).to_contain_text("Campaign")
        expect(tick(page, "Jualan hujung bulan")).to_have_attribute("data-tick", "accepted")


@dataclass(frozen=True)
class Wall:
    """An agent of one number, and what stands behind the wall."""

    agent: httpx.Client
    hers: Phone
    hidden: Phone
    hidden_chat: str
    stranger: str


@pytest.fixture
def wall(shop: Shop) -> Iterator[Wall]:
    hers, hidden = Phone.linked(shop, "Hers"), Phone.linked(shop, "Not hers")
    hers.hears(somebody(), "Tentang kerusi", sender_name="Pelanggan dia")
    stranger = somebody()
    hidden.hears(stranger, "Tentang kerusi juga", sender_name="Pelanggan lain")
    with closing(shop.colleague("Farah", "agent", [hers.device_id])) as agent:
        yield Wall(agent, hers, hidden, hidden.chat(stranger)["id"], stranger)


def test_an_agent_of_one_device_sees_nothing_of_the_others(wall: Wall, open_shop: Open) -> None:
    page = open_shop("desktop", signed_in=wall.agent)
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    page.goto("/inbox")
    expect(row(page, "Pelanggan dia")).to_be_visible()
    wall.hidden.hears(wall.stranger, "Tentang kerusi lagi")
    wall.hers.hears(somebody(), "Tentang kerusi lain", sender_name="Orang baharu")
    expect(row(page, "Orang baharu")).to_contain_text("Tentang kerusi lain")
    expect(row(page, "Pelanggan lain")).to_have_count(0)
    assert frames
    assert wall.hidden_chat not in "".join(frames)
    page.get_by_role("button", name="Search messages").click()
    page.get_by_role("searchbox", name="Words in messages").fill("kerusi")
    expect(page.get_by_role("list", name="Found messages").get_by_role("listitem")).to_have_count(2)
    page.goto(f"/inbox/{wall.hidden_chat}")
    expect(page.get_by_text("This chat is not here")).to_be_visible()


def test_an_agent_of_one_device_is_refused_what_belongs_to_others(wall: Wall, shop: Shop) -> None:
    picture = {"ref": encoded(PICTURE), "mime": "image/jpeg", "size": len(PICTURE), "width": 8, "height": 8}
    wall.hidden.hears(wall.stranger, "", kind="image", media=picture)
    path = f"/api/chats/{wall.hidden_chat}"
    stored = shop.await_(f"{path}/messages", lambda page: bool((page["items"][0]["media"] or {}).get("url")))
    newest = stored["items"][0]
    assert shop.owner.get(newest["media"]["url"]).status_code == 200
    for asked in (
        path,
        f"{path}/messages",
        f"{path}/gallery",
        f"{path}/notes",
        f"{path}/person",
        newest["media"]["url"],
        f"/api/events?topic={wall.hidden.device_id}",
    ):
        assert wall.agent.get(asked).status_code == 404, asked
    for told in (f"{path}/read", f"{path}/unread", f"/api/messages/{newest['id']}/media"):
        assert wall.agent.post(told, json={}).status_code == 404, told
