"""Every screen, at both widths and in both themes, without a serious fault for those who see or move otherwise."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # no stubs exist
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Open, Theme, Windows
from tests.browser.shop import Json, RunningHebah, Shop

pytestmark = pytest.mark.timeout(240)

SERIOUS = {"serious", "critical"}
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const ends = motion => motion.effect.getComputedTiming().iterations !== Infinity;
  await frame();
  await frame();
  await Promise.allSettled(document.getAnimations().filter(ends).map(motion => motion.finished));
  await frame();
}"""
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}

SCREENS = {
    "overview": "/",
    "leads": "/leads",
    "lead": "/leads/{lead}",
    "new lead": "/leads/new",
    "imports": "/leads/imports",
    "new import": "/leads/import/new",
    "columns of an import": "/leads/import/{import}",
    "campaigns": "/campaigns",
    "audience": "/campaigns/{draft}?step=audience",
    "message": "/campaigns/{draft}?step=message",
    "pace": "/campaigns/{draft}?step=pace",
    "review": "/campaigns/{draft}?step=review",
    "campaign at work": "/campaigns/{running}",
    "recipients": "/campaigns/{running}?view=recipients",
    "devices": "/devices",
    "device": "/devices/{device}",
    "linking": "/devices/{slot}/link",
    "simulated phones": "/devices/simulated",
    "settings": "/settings",
    "protection": "/settings/protection",
    "team": "/settings/team",
    "api keys": "/settings/keys",
    "audit log": "/settings/audit",
    "profile": "/settings/profile",
    "sessions and security": "/settings/security",
    "nowhere": "/there-is-no-such-page",
}


@pytest.fixture(scope="module")
def things(shop: Shop) -> Json:
    """One of everything that has a screen."""
    device, slot = shop.device("Looked at"), shop.slot("Not linked")
    people = shop.leads(6, niches=["seen"], deviceId=device["id"])
    draft = shop.campaign("A draft to look at", "seen", body="Hello {{name}}, {{greeting}}")
    running = shop.launch(shop.campaign("At work", "seen"))
    upload = {"file": ("people.csv", b"Nama;No. Telefon\nSiti;0123456789\n")}
    found = shop.call("POST", "/api/imports", files=upload)
    shop.call("POST", "/api/simulated/phones", json={"name": "Aina"})
    return {
        "device": device["id"],
        "slot": slot,
        "lead": people[0]["id"],
        "draft": draft["id"],
        "running": running["id"],
        "import": found["id"],
    }


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_has_no_serious_fault(screen: str, things: Json, open_shop: Open) -> None:
    page = open_shop("desktop")
    page.goto(SCREENS[screen].format(**things), wait_until="commit")
    assert_no_serious_fault(page)


@pytest.mark.parametrize("screen", ["set-up", "sign-in", "join", "used link"])
def test_a_door_has_no_serious_fault(screen: str, shop: Shop, windows: Windows) -> None:
    page = windows.open(shop.hebah.url, "desktop")
    invited = {"email": f"{screen.replace(' ', '-')}@example.com", "name": "Guest", "role": "agent", "deviceIds": []}
    path = {
        "set-up": "/setup?token=unknown",
        "sign-in": "/sign-in",
        "used link": "/enter?token=unknown",
    }.get(screen) or shop.call("POST", "/api/users", json=invited)["invitationPath"]
    page.goto(path, wait_until="commit")
    assert_no_serious_fault(page)


def test_the_set_up_page_has_no_serious_fault(hebah: RunningHebah, windows: Windows) -> None:
    page = windows.open(hebah.url, "desktop")
    page.goto(hebah.setup_link)
    expect(page.get_by_role("button", name="Start using Hebah")).to_be_visible()
    assert_no_serious_fault(page)


def settle(page: Page) -> None:
    """Wait until nothing is being fetched for the first time and nothing moves."""
    expect(page.get_by_role("heading").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def assert_no_serious_fault(page: Page) -> None:
    """Both widths with every rule; in the dark theme with the rule that a theme can break."""
    axe, faults = Axe().axe_script, []
    themes: tuple[tuple[Theme, Json], ...] = (("light", EVERYTHING), ("dark", COLOURS))
    for theme, rules in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.reload()
        settle(page)
        page.evaluate(axe)
        for width, size in WIDTHS.items():
            page.set_viewport_size(size)
            page.evaluate(SETTLED)
            found = page.evaluate("rules => axe.run(rules)", rules)["violations"]
            faults += [
                f"{width}, {theme}: {fault['id']}: {node['target']} {node['html'][:160]}"
                for fault in found
                if fault["impact"] in SERIOUS
                for node in fault["nodes"][:3]
            ]
            sideways = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            faults += [f"{width} scrolls sideways"] if sideways else []
    assert not faults, "\n".join(faults)
