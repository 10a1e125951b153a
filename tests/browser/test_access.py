"""Team, keys, sessions, the second step and the audit log at the screen."""

from __future__ import annotations

import base64
import re
from contextlib import closing

import httpx
import pytest
from playwright.sync_api import Page, expect

from hebah.foundation.clock import SystemClock
from hebah.second_step import rules
from tests.browser.conftest import Open, Windows
from tests.browser.shop import OWNER, RunningHebah, Shop


def code_of(page: Page) -> str:
    """What an authenticator shows that was told the secret on the screen, by the clock of the server's machine."""
    return code_now(page.get_by_label("Or type this into the app").input_value())


def code_now(secret: str) -> str:
    return rules.code_at(base64.b32decode(secret), int(SystemClock().now().timestamp()) // 30)


def test_a_key_is_made_shown_once_used_and_revoked(shop: Shop, open_shop: Open, width: str) -> None:
    page, name = open_shop(width), f"CRM {width}"
    page.goto("/settings/keys")
    page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the key").click()
    expect(dialog.get_by_text("It may:")).to_be_visible()  # a key that may nothing is refused
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("See devices").check()
    dialog.get_by_role("button", name="Make the key").click()
    expect(dialog.get_by_role("heading", name=f"The key of {name}")).to_be_visible()
    text = dialog.get_by_label("Key", exact=True).input_value()
    dialog.get_by_role("button", name="Close").last.click()

    with httpx.Client(base_url=shop.hebah.url, headers={"Authorization": f"Bearer {text}"}) as program:
        assert program.get("/api/devices").status_code == 200
        assert program.get("/api/users").status_code == 403
        page.reload()
        expect(page.get_by_role("row", name=re.compile(name))).to_be_visible()
        assert text.split("_", 2)[2] not in page.content()

        page.get_by_role("button", name=f"Revoke {name}").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
        expect(page.get_by_text(f"{name} is revoked.")).to_be_visible()
        assert program.get("/api/devices").json()["code"] == "key_revoked"


def test_another_browser_is_signed_out_from_here(shop: Shop, open_shop: Open, width: str) -> None:
    with (
        closing(shop.colleague(f"Siti {width}", "operator")) as siti,
        closing(httpx.Client(base_url=shop.hebah.url, headers={"Origin": shop.hebah.url})) as elsewhere,
    ):
        me = siti.get("/api/me").json()["user"]
        signed_in = elsewhere.post("/api/session", json={"email": me["email"], "password": OWNER["password"]})
        assert signed_in.is_success
        page, other = open_shop(width, signed_in=siti), open_shop(width, signed_in=elsewhere)
        other.goto("/settings/profile")
        expect(other.get_by_role("status").filter(has_text="Live")).to_be_visible()
        page.goto("/settings/security")
        expect(page.get_by_text("this one")).to_be_visible()
        page.get_by_role("button", name="Sign out all others").click()
        page.get_by_role("dialog").get_by_role("button", name="Sign out all others").click()
        expect(page.get_by_text("Signed out.")).to_be_visible()
        # Its window is told at once, not when somebody presses something.
        expect(other.get_by_role("heading", name="Sign in to Hebah")).to_be_visible()


def test_a_second_step_is_set_up_and_asked_for(shop: Shop, open_shop: Open, width: str) -> None:
    with closing(shop.colleague(f"Devi {width}", "agent")) as devi:
        page = open_shop(width, signed_in=devi)
        page.goto("/settings/security")
        page.get_by_role("button", name="Set it up").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_alt_text("QR code for the authenticator app")).to_be_visible()
        dialog.get_by_label("Code", exact=True).fill("000000")
        dialog.get_by_role("button", name="Switch it on").click()
        expect(dialog.get_by_text("This code is not right")).to_be_visible()
        dialog.get_by_label("Code", exact=True).fill(code_of(page))
        dialog.get_by_role("button", name="Switch it on").click()
        codes = dialog.get_by_role("list", name="Recovery codes").get_by_role("listitem")
        expect(codes).to_have_count(10)
        recovery = codes.first.inner_text()
        dialog.get_by_role("button", name="I have kept them").click()
        expect(page.get_by_text("10 recovery codes left")).to_be_visible()

        outside = open_shop(width, signed_in=httpx.Client())
        sign_in(outside, devi.get("/api/me").json()["user"]["email"])
        expect(outside.get_by_text("Enter the code that your authenticator app shows.")).to_be_visible()
        outside.get_by_label("Code").fill(recovery)
        outside.get_by_role("button", name="Continue").click()
        expect(outside.get_by_role("navigation").first).to_be_visible()


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()


def test_where_a_second_step_is_required_nothing_is_shown_before_it(hebah: RunningHebah, windows: Windows) -> None:
    with closing(hebah.set_up()) as owner:
        shop = Shop(hebah, owner)
        told = shop.call("POST", "/api/me/second-step")
        shop.call("POST", "/api/me/second-step/confirm", json={"code": code_now(told["secret"])})
        with closing(shop.colleague("Hafiz", "admin")) as hafiz:
            shop.call("PATCH", "/api/workspace", json={"secondStepRequired": True})
            page = windows.open(hebah.url, "phone", signed_in=hafiz)
            page.goto("/settings/team")
            expect(page.get_by_role("heading", name="Set up your second step")).to_be_visible()
            page.get_by_label("Code", exact=True).fill(code_of(page))
            page.get_by_role("button", name="Switch it on").click()
            page.get_by_role("button", name="I have kept them").click()
            expect(page.get_by_role("row", name=re.compile("Hafiz"))).to_be_visible()


def test_who_lost_the_password_gets_in_by_a_link(shop: Shop, open_shop: Open, width: str) -> None:
    name = f"Ravi {width}"
    with closing(shop.colleague(name, "admin")):
        page = open_shop(width)
        page.goto("/settings/team")
        page.get_by_role("button", name=f"Actions for {name}").click()
        page.get_by_role("menuitem", name="New sign-in link").click()
        link = page.get_by_role("dialog").get_by_label("Sign-in link").input_value()

        outside = open_shop(width, signed_in=httpx.Client())
        outside.goto(link)
        outside.get_by_role("textbox", name="New password").fill("another fine staple")
        outside.get_by_role("button", name="Change the password").click()
        expect(outside.get_by_role("navigation").first).to_be_visible()
        outside.goto("/settings/team")
        expect(outside.get_by_role("row", name=re.compile(name))).to_be_visible()
        # An admin changes everybody but owners.
        expect(outside.get_by_role("button", name="Actions for Aminah")).to_have_count(0)


def test_the_audit_log_tells_who_did_what_and_narrows(shop: Shop, open_shop: Open, width: str) -> None:
    shop.call("PATCH", "/api/workspace", json={"name": f"Kedai {width}"})
    page = open_shop(width)
    page.goto("/settings/audit")
    expect(page.get_by_text("Changed the settings").first).to_be_visible()
    page.get_by_role("button", name="What").click()
    page.get_by_role("option", name="Founded the workspace").or_(
        page.get_by_role("menuitemradio", name="Founded the workspace")
    ).or_(page.get_by_role("button", name="Founded the workspace")).first.click()
    expect(page.get_by_role("row", name=re.compile("Aminah"))).to_have_count(1)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
        page.get_by_role("menuitem", name="CSV").click()
    assert "workspace_founded" in coming.value.path().read_text()


@pytest.mark.parametrize("part", ["team", "keys", "security", "audit"])
def test_nothing_is_wider_than_a_phone(shop: Shop, open_shop: Open, part: str) -> None:
    if part == "keys":
        shop.call("POST", "/api/keys", json={"name": "Kasir", "permissions": ["device:read"]})
    page = open_shop("phone")
    page.goto(f"/settings/{part}")
    expect(page.get_by_role("tab", selected=True)).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
