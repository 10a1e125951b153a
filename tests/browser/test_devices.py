"""Numbers: linked by a code on the screen, cut and back, renamed before everybody's eyes, shared with few."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop


def device_in(page: Page, name: str) -> Locator:
    """The card or row of a device in the list."""
    listed = page.get_by_role("article", name=name).or_(page.get_by_role("row", name=re.compile(name)))
    return listed.or_(page.get_by_role("listitem").filter(has_text=name)).first


def find_device(page: Page, name: str) -> Locator:
    """Look a device up among all others."""
    page.goto("/devices")
    page.get_by_role("searchbox", name="Search by name or number").fill(name)
    found = device_in(page, name)
    expect(found).to_be_visible()
    return found


def test_a_number_is_linked_by_scanning_the_code_on_the_screen(shop: Shop, open_shop: Open, width: str) -> None:
    name = f"Scanned on {width}"
    page = open_shop(width)
    page.goto("/devices")
    page.get_by_role("button", name="Add a device").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("radio", name="Simulated number").check()
    page.get_by_role("button", name="Add and link").click()
    page.get_by_role("button", name="Show the QR code").click()
    expect(page.get_by_role("img", name=f"QR code that links a phone to {name}")).to_be_visible()
    page.get_by_role("button", name="Scan with the simulated phone").click()
    expect(page.get_by_text(f"{name} is linked")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(find_device(page, name)).to_contain_text("Online")
    expect(device_in(page, name)).to_contain_text(re.compile(r"\+60\d+"))


def test_a_number_is_linked_by_typing_a_code(shop: Shop, open_shop: Open, width: str) -> None:
    name = f"Typed on {width}"
    device_id = shop.slot(name)
    page = open_shop(width)
    page.goto(f"/devices/{device_id}/link")
    page.get_by_text("Type an 8-character code").click()
    page.get_by_role("button", name="Get the code").click()
    expect(page.get_by_label("Code to type")).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
    page.get_by_role("button", name="Type it on the simulated phone").click()
    expect(page.get_by_text(f"{name} is linked")).to_be_visible()


def test_a_linking_that_fails_says_why_and_can_be_tried_again(shop: Shop, open_shop: Open, width: str) -> None:
    device_id = shop.slot(f"Failed on {width}")
    page = open_shop(width)
    page.goto(f"/devices/{device_id}/link")
    page.get_by_role("button", name="Show the QR code").click()
    expect(page.get_by_role("img", name=re.compile("^QR code"))).to_be_visible()
    shop.call("DELETE", f"/api/devices/{device_id}/link")
    expect(page.get_by_text("The phone was not linked")).to_be_visible()
    expect(page.get_by_text("The linking was cancelled.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("img", name=re.compile("^QR code"))).to_be_visible()


def test_a_code_that_no_device_shows_is_refused_in_words(shop: Shop, open_shop: Open, width: str) -> None:
    owner = f"Aina of {width}"
    page = open_shop(width)
    page.goto("/devices/simulated")
    page.get_by_label("Name of the phone's owner").fill(owner)
    page.get_by_role("button", name="New phone").click()
    page.get_by_role("button", name=f"Actions for the phone {owner}").click()
    page.get_by_role("menuitem", name="Type a linking code").click()
    page.get_by_label("The code a device shows").fill("ABCD-1234")
    page.get_by_role("button", name="Type it on the simulated phone").click()
    expect(page.get_by_text("No device shows this code. Take the newest one.")).to_be_visible()


def test_a_number_that_is_cut_off_says_so_and_comes_back_by_itself(shop: Shop, open_shop: Open, width: str) -> None:
    device = shop.device(f"Cut on {width}")
    page = open_shop(width)
    seen = find_device(page, device["name"])
    expect(seen).to_contain_text("Online")
    shop.call("POST", f"/api/simulated/phones/{device['phone']}/cut", json={"seconds": 3})
    expect(seen).to_contain_text("Reconnecting")
    expect(seen).to_contain_text("The connection broke off.")
    expect(seen).to_contain_text("Online")


def test_a_name_changed_by_one_appears_before_the_other_without_reloading(
    shop: Shop, open_shop: Open, width: str
) -> None:
    device_id = shop.slot(f"Before on {width}")
    one, other = open_shop(width), open_shop(width)
    find_device(other, f"on {width}")
    expect(other.get_by_role("status").filter(has_text="Live")).to_be_visible()
    one.goto(f"/devices/{device_id}")
    one.get_by_role("dialog").get_by_role("button", name="Rename").click()
    one.get_by_role("textbox", name="Name").fill(f"After on {width}")
    one.get_by_role("button", name="Save").click()
    expect(device_in(other, f"After on {width}")).to_be_visible()
    expect(other.get_by_text(f"Before on {width}")).to_have_count(0)


def test_being_offline_is_told_and_news_arrives_afterwards(shop: Shop, open_shop: Open, width: str) -> None:
    device_id = shop.slot(f"Quiet on {width}")
    page = open_shop(width)
    find_device(page, f"on {width}")
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    page.context.set_offline(True)
    banner = page.get_by_role("alert").filter(has_text="You are offline.")
    expect(banner).to_be_visible()
    shop.call("PATCH", f"/api/devices/{device_id}", json={"name": f"Heard on {width}"})
    page.context.set_offline(False)
    expect(banner).to_have_count(0)
    expect(device_in(page, f"Heard on {width}")).to_be_visible()


def test_an_agent_sees_only_the_devices_they_were_given(shop: Shop, open_shop: Open, width: str) -> None:
    given, kept = shop.slot(f"Given on {width}"), shop.slot(f"Kept on {width}")
    agent = shop.colleague(f"Agent on {width}", "agent", [given])
    page = open_shop(width, signed_in=agent)
    page.goto("/devices")
    expect(device_in(page, f"Given on {width}")).to_be_visible()
    expect(page.get_by_text(f"Kept on {width}")).to_have_count(0)
    expect(page.get_by_role("button", name="Add a device")).to_have_count(0)
    navigation = page.get_by_role("navigation", name="Main navigation")
    expect(navigation.get_by_role("link", name="Devices")).to_be_visible()
    expect(navigation.get_by_role("link", name="Campaigns")).to_have_count(0)
    page.goto(f"/devices/{kept}")
    expect(page.get_by_text("This does not exist any more.")).to_be_visible()
    agent.close()


def test_everything_that_matches_is_stopped_and_started_though_only_a_page_of_it_is_loaded(
    shop: Shop, open_shop: Open
) -> None:
    """On a wide screen only: a phone has no check boxes."""
    count, niche = 130, "Cawangan"
    for number in range(count):
        shop.slot(f"{niche} {number:03}")
    shop.device(f"{niche} 130")
    page = open_shop("desktop")
    # By address, not by typing: rows that change under the pointer would not be those that are ticked.
    page.goto(f"/devices?q={niche}")
    table = page.get_by_role("grid", name="Devices").or_(page.get_by_role("table", name="Devices"))
    expect(page.get_by_text(f"{niche} 000")).to_be_visible()
    page.get_by_role("checkbox", name="Select all rows shown").check()
    page.get_by_role("button", name=f"Choose all {count + 1} devices that match").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Stop {count + 1} devices?")
    dialog.get_by_role("button", name=f"Stop {count + 1} devices").click()
    expect(page.get_by_text(f"Done for 1. {count} were in no state for it.")).to_be_visible()
    expect(table).to_be_visible()
    [stopped] = shop.call("GET", f"/api/devices?q={niche} 130")["items"]
    assert stopped["state"] == "stopped"
