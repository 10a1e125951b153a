"""Real numbers: the risk told once, live codes, passkeys, failures and states in words."""

from __future__ import annotations

import base64
import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Open
from tests.browser.shop import Json, Shop
from tests.browser.test_accessibility import assert_no_serious_fault
from tests.browser.test_devices import find_device

CHALLENGE = b"only this once"

FAILURES = {
    "qr_timeout": "Nobody scanned the code in time.",
    "refused": "WhatsApp refused to link this phone.",
    "already_linked": "This phone is linked to another device of this workspace already.",
    "outdated": "WhatsApp no longer accepts this version of Hebah.",
    "unreachable": "WhatsApp could not be reached.",
    "passkey_needed": "WhatsApp asked for the passkey of this account and did not get it.",
    "multidevice_off": "WhatsApp on this phone is too old for linked devices.",
    "storage_unavailable": "The database did not answer, so nothing could be kept.",
    "transport_down": "The program that speaks to WhatsApp stopped.",
}


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


REQUEST = json.dumps({"challenge": url64(CHALLENGE), "rpId": "whatsapp.com", "allowCredentials": []})


def passkey_answer(challenge: bytes = CHALLENGE) -> str:
    client = {"type": "webauthn.get", "challenge": url64(challenge), "origin": "https://web.whatsapp.com"}
    signed = {
        "clientDataJSON": url64(json.dumps(client).encode()),
        "authenticatorData": url64(b"data"),
        "signature": url64(b"signed"),
    }
    return json.dumps({"id": url64(b"key"), "rawId": url64(b"key"), "type": "public-key", "response": signed})


def add_real(page: Page, name: str) -> None:
    page.goto("/devices")
    page.get_by_role("button", name="Add a device").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("radio", name="Linked WhatsApp number").check()
    page.get_by_role("button", name="Add and link").click()


def ask_passkey(shop: Shop, device_id: str) -> None:
    shop.pretend("step", device=device_id, kind="passkey", text=REQUEST, seconds=300)


def test_the_risk_is_told_before_the_first_real_number_and_only_once(shop: Shop, open_shop: Open) -> None:
    operator = shop.colleague("Careful Operator", "operator")
    page = open_shop("desktop", signed_in=operator)
    add_real(page, "Risky")
    expect(page.get_by_role("heading", name="Before you link a real number")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("WhatsApp can restrict or ban a number")
    assert_no_serious_fault(page)
    page.set_viewport_size(WIDTHS["phone"])
    accept = page.get_by_role("button", name="Accept and continue")
    expect(accept).to_be_disabled()
    page.get_by_role("checkbox", name=re.compile("I link numbers at my own risk")).check()
    accept.click()
    expect(page.get_by_role("button", name="Show the QR code")).to_be_visible()
    add_real(page, "Not asked again")
    expect(page.get_by_role("button", name="Show the QR code")).to_be_visible()
    expect(page.get_by_text("You accepted the risk of unofficial linking on")).to_be_visible()
    operator.close()


def test_a_real_number_is_linked_by_the_picture_that_is_renewed(shop: Shop, open_shop: Open, width: str) -> None:
    name = f"Pictured on {width}"
    device_id = shop.real_slot(name)
    page = open_shop(width)
    page.goto(f"/devices/{device_id}/link")
    page.get_by_role("button", name="Show the QR code").click()
    picture = page.get_by_role("img", name=f"QR code that links a phone to {name}")
    expect(picture).to_be_visible()
    first = picture.get_attribute("src") or ""
    shop.pretend("step", device=device_id, kind="qr", text="2@the,next,one", seconds=20)
    expect(picture).not_to_have_attribute("src", first)
    page.get_by_text("Send the code to someone else").click()
    expect(page.get_by_label("Code as text")).to_have_value("2@the,next,one")
    identity = {"phone": f"+6013777000{len(width)}", "lid": "123456789012345", "push_name": "Kedai Aminah"}
    shop.pretend("link", device=device_id, identity=identity)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{name} is linked")
    for known in identity.values():
        expect(dialog).to_contain_text(known)


def test_a_real_number_is_linked_by_a_code_that_can_be_copied(shop: Shop, open_shop: Open) -> None:
    device_id = shop.real_slot("Typed for real")
    page = open_shop("phone")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/devices/{device_id}/link")
    page.get_by_text("Type an 8-character code").click()
    page.get_by_label("Phone number of the phone to link").fill("012-345 6700")
    page.get_by_role("button", name="Get the code").click()
    expect(page.get_by_label("Code to type")).to_have_text("ABCD-2345")
    page.get_by_role("button", name="Copy the code").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "ABCD-2345"
    shop.pretend("link", device=device_id, identity={"phone": "+60123456700"})
    expect(page.get_by_text("Typed for real is linked")).to_be_visible()


def test_every_failure_is_told_in_words_with_the_next_try(shop: Shop, open_shop: Open) -> None:
    device_id = shop.real_slot("Failing")
    page = open_shop("desktop")
    page.goto(f"/devices/{device_id}/link")
    again = "Show the QR code"
    for code, words in FAILURES.items():
        page.get_by_role("button", name=again).click()
        expect(page.get_by_role("img", name=re.compile("^QR code"))).to_be_visible()
        shop.pretend("fail", device=device_id, code=code)
        expect(page.get_by_role("alert")).to_contain_text(words)
        again = "Generate again" if code == "qr_timeout" else "Try again"
        expect(page.get_by_role("button", name="Link with a code")).to_have_count(int(code == "passkey_needed"))


def test_a_passkey_is_explained_answered_and_compared(shop: Shop, open_shop: Open) -> None:
    device_id = shop.real_slot("Locked")
    shop.ask_qr(device_id)
    page = open_shop("desktop")
    page.goto(f"/devices/{device_id}/link")
    expect(page.get_by_role("img", name=re.compile("^QR code"))).to_be_visible()
    ask_passkey(shop, device_id)
    expect(page.get_by_text("WhatsApp asks for this account's passkey")).to_be_visible()
    page.get_by_text("I can use the passkey on WhatsApp's page").click()
    expect(page.get_by_label("Request (JSON)")).to_have_value(REQUEST)
    field, send = page.get_by_label("Answer of the passkey (JSON)"), page.get_by_role("button", name="Send the answer")
    for wrong, words in (
        ("my passkey", "This is not JSON."),
        ("{}", "A part is missing or spoilt."),
        (passkey_answer(b"another"), "This answers another request."),
    ):
        field.fill(wrong)
        send.click()
        expect(page.get_by_role("dialog")).to_contain_text(words)
    field.fill(passkey_answer())
    send.click()
    expect(page.get_by_text("The answer is on its way to WhatsApp.")).to_be_visible()
    assert json.loads(passkey_answer()) in [json.loads(given) for given in answers_given(shop, 1)]
    shop.pretend("step", device=device_id, kind="passkey_code", text="K7PQ2M4X", seconds=300)
    expect(page.get_by_label("Code to compare")).to_have_text("K7PQ-2M4X")
    shop.pretend("link", device=device_id, identity={"phone": "+60138880001"})
    expect(page.get_by_text("Locked is linked")).to_be_visible()


def answers_given(shop: Shop, at_least: int) -> list[str]:
    """What reached the companion, once it has."""
    seen: Json = {"answers": []}
    while len(seen["answers"]) < at_least:
        seen = shop.pretend("look")
    return list(seen["answers"])


def test_a_passkeys_answer_that_is_not_taken_leaves_a_way_out(shop: Shop, open_shop: Open) -> None:
    device_id = shop.real_slot("Locked for good")
    shop.ask_qr(device_id)
    ask_passkey(shop, device_id)
    page = open_shop("phone")
    page.goto(f"/devices/{device_id}/link")
    page.get_by_text("I can use the passkey on WhatsApp's page").click()
    page.get_by_label("Answer of the passkey (JSON)").fill(passkey_answer())
    shop.pretend("refuse_answers", on=True)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("WhatsApp did not take the answer.")).to_be_visible()
    shop.pretend("refuse_answers", on=False)
    assert_no_serious_fault(page)
    page.get_by_role("button", name="Link with a code").click()
    expect(page.get_by_role("radio", name="Type an 8-character code")).to_be_checked()
    page.get_by_label("Phone number of the phone to link").fill("012-345 6701")
    page.get_by_role("button", name="Get the code").click()
    expect(page.get_by_label("Code to type")).to_be_visible()


def test_states_tell_their_cause_since_when_until_when_and_what_to_do(shop: Shop, open_shop: Open) -> None:
    device = shop.real_device("In trouble", lid="123450000000001", push_name="Kedai Siti")
    page = open_shop("desktop")
    page.goto(f"/devices/{device['id']}")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Online")
    expect(drawer).to_contain_text("Kedai Siti")
    drawer.get_by_text("For technicians").click()
    expect(drawer).to_contain_text(f"{device['phone'][1:]}@s.whatsapp.net")
    for state, cause, until, words in (
        ("restricted", "reachout_timelock", 1_900_000_000, "Pause campaigns to new people until it is over."),
        ("banned", "temporary_ban_102", 1_900_000_000, "too many people have blocked it"),
    ):
        shop.pretend("state", device=device["id"], state=state, cause=cause, until=until)
        expect(drawer).to_contain_text(words)
        expect(drawer).to_contain_text(re.compile(r"since .+, until 18 Mar 2030"))


def test_a_number_whose_link_is_lost_is_linked_again_in_the_same_place(shop: Shop, open_shop: Open) -> None:
    device = shop.real_device("Lost")
    page = open_shop("phone")
    page.goto(f"/devices/{device['id']}")
    shop.pretend("state", device=device["id"], state="stopped", cause="session_corrupt")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("What was stored about the link cannot be read any more.")
    drawer.get_by_role("button", name="Link again: Lost").click()
    page.get_by_role("button", name="Show the QR code").click()
    expect(page.get_by_role("img", name=re.compile("^QR code"))).to_be_visible()
    shop.pretend("link", device=device["id"], identity={"phone": device["phone"]})
    expect(page.get_by_text("Lost is linked")).to_be_visible()
    expect(find_device(page, "Lost")).to_contain_text("Online")


@pytest.mark.parametrize(("kind", "brings_history"), [("companion", "Yes"), ("simulated", "Yes")])
def test_a_device_lists_what_it_can_do(shop: Shop, open_shop: Open, kind: str, brings_history: str) -> None:
    name = f"Able {kind}"
    device_id = shop.real_slot(name) if kind == "companion" else shop.slot(name)
    page = open_shop("phone")
    page.goto(f"/devices/{device_id}")
    page.get_by_text("What this number can do").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("text, pictures, videos, voice notes, sound files, documents, reactions, edits and")
    expect(drawer.get_by_role("listitem").filter(has_text="Brings older chats")).to_contain_text(brings_history)
    expect(drawer.get_by_text("WhatsApp does not endorse")).to_have_count(int(kind == "companion"))


@pytest.mark.parametrize("history", ["Keep chats and reports", "Delete its chats too"])
def test_a_device_is_deleted_with_its_history_or_without(shop: Shop, open_shop: Open, history: str) -> None:
    name = f"Deleted: {history}"
    device = shop.device(name)
    page = open_shop("phone" if history.startswith("Keep") else "desktop")
    find_device(page, name)
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name=f"Delete {name}?")
    expect(dialog).to_contain_text("No message waits to be sent from it.")
    dialog.get_by_role("radio", name=history).check()
    with page.expect_request(lambda request: request.method == "DELETE") as asked:
        dialog.get_by_role("button", name="Delete the device").click()
    assert f"keepHistory={'true' if history.startswith('Keep') else 'false'}" in asked.value.url
    expect(page.get_by_text(f"{name} is deleted.")).to_be_visible()
    page.goto(f"/devices/{device['id']}")
    expect(page.get_by_text("This does not exist any more.")).to_be_visible()
    phones = shop.await_("/api/simulated/phones", lambda known: device["id"] not in json.dumps(known))
    assert device["phone"] in [phone["phone"] for phone in phones["items"]]
