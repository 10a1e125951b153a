"""Every screen, at both widths and in both themes, without a serious fault for those who see or move otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # no stubs exist
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Profiles, Theme, Windows
from tests.browser.phones import Phone, encoded, make_jpeg, somebody
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
    "system": "/settings/system",
    "profile": "/settings/profile",
    "inbox": "/inbox",
    "chat of every kind": "/device/{line}/whatsapp-web/{chat}",
    "empty inbox": "/device/{device}/whatsapp-web",
    "sessions and security": "/settings/security",
    "nowhere": "/there-is-no-such-page",
}
# Opened from a chat: what to press, and what is then there.
OVER_A_CHAT = {
    "details": ("Details", "New note"),
    "gallery": ("Media and links", "Pictures"),
    "search in a chat": ("Search in this chat", "Words in messages"),
    "search": ("Search messages", "Words in messages"),
    "new chat": ("New chat", "Phone number"),
    "menu of a chat": ("Menu of Puan Rohani", "Pin"),
    "emoji": ("Emoji", "Search emoji"),
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
    line, customer = Phone.linked(shop, "Said everything"), somebody()
    line.happen([{"message": message} for message in one_of_each(line, customer)])
    line.hears(somebody(), "Helo", sender_name="أم كلثوم", at=1_700_000_000_000)
    return {
        "line": line.device_id,
        "chat": line.chat(customer)["id"],
        "device": device["id"],
        "slot": slot,
        "lead": people[0]["id"],
        "draft": draft["id"],
        "running": running["id"],
        "import": found["id"],
    }


def one_of_each(line: Phone, customer: str) -> list[Json]:
    """Every kind of message that can come in."""
    picture = make_jpeg(320, 200)
    file = {"ref": encoded(picture), "mime": "image/jpeg", "size": len(picture), "width": 320, "height": 200}
    first = line.message(customer, "*Ada* https://example.com ?", senderName="Puan Rohani")
    about = {"target": {"wireId": first["wireId"]}}
    quote = {"wireId": first["wireId"], "sender": customer, "body": "Ada"}
    bodies: list[Json] = [
        {"body": "Ya", "quote": quote},
        {"kind": "image", "body": "Gambar", "media": file},
        {"kind": "sticker", "media": file},
        {"kind": "video", "media": file | {"mime": "video/mp4", "seconds": 12}},
        {"kind": "voice", "media": file | {"mime": "audio/ogg", "seconds": 7, "waveform": encoded(bytes(range(64)))}},
        {"kind": "audio", "media": file | {"mime": "audio/mpeg", "seconds": 7}},
        {"kind": "document", "media": file | {"mime": "application/pdf", "fileName": "harga.pdf"}},
        {"kind": "location", "place": {"latitude": 3.1, "longitude": 101.7, "name": "Kedai"}},
        {"kind": "contacts", "cards": [{"name": "Pak Mat", "vcard": "BEGIN:VCARD\nTEL:+60123456789\nEND:VCARD"}]},
        {"kind": "poll", "body": "Warna?", "options": ["Hijau", "Biru"]},
        {"kind": "undecrypted"},
        {"kind": "unknown"},
        {"kind": "reaction", "body": "👍", **about},
    ]
    said = [line.message(customer, senderName="Puan Rohani", **facts) for facts in bodies]
    ours = line.message(customer, "Kami balas", fromMe=True, sender=line.device["phone"])
    return [first, *said, ours]


@pytest.fixture(scope="module")
def page(profiles: Profiles, shop: Shop) -> Iterator[Page]:
    """The owner's window for one screen after another: what has read our scripts once shows the next screen sooner."""
    opened = Windows(profiles)
    yield opened.open(shop.hebah.url, "desktop", signed_in=shop.owner)
    opened.close()
    assert not opened.complaints, opened.complaints


@pytest.mark.parametrize("opened", OVER_A_CHAT)
def test_what_opens_over_a_chat_has_no_serious_fault(opened: str, things: Json, page: Page) -> None:
    button, then = OVER_A_CHAT[opened]
    page.goto(SCREENS["chat of every kind"].format(**things))

    def open_it() -> None:
        page.get_by_role("button", name=button, exact=True).click()
        named = [page.get_by_role(role, name=then, exact=True) for role in ("button", "menuitem", "searchbox")]
        expect(named[0].or_(named[1]).or_(named[2]).or_(page.get_by_label(then)).first).to_be_visible()

    assert_no_serious_fault(page, open_it)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_has_no_serious_fault(screen: str, things: Json, page: Page) -> None:
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


def assert_no_serious_fault(page: Page, then: Callable[[], None] = lambda: None) -> None:
    """Both widths with every rule; in the dark theme with the rule that a theme can break."""
    themes: tuple[tuple[Theme, Json], ...] = (("light", EVERYTHING), ("dark", COLOURS))
    faults: list[str] = []
    page.set_viewport_size(WIDTHS["desktop"])
    settle(page)
    then()
    page.evaluate(Axe().axe_script)
    for theme, rules in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
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
