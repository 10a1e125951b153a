"""Older chats at the screen: from the inbox's menu to the chat itself, and back out of it."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import closing

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # no stubs exist
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop


def export() -> bytes:
    """A zip as an iPhone makes it, with one of its two pictures."""
    photo, packed = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(photo, "JPEG")
    text = (
        "[03/04/2025, 9:00:01 AM] Mei Ling: \u200eMessages and calls are end-to-end encrypted.\n"
        "[03/04/2025, 9:01:00 AM] Mei Ling: Is the blue one still there?\n"
        "[03/04/2025, 9:02:00 AM] Kedai Aminah: Yes, here it is:\n"
        "[03/04/2025, 9:02:05 AM] Kedai Aminah: \u200e<attached: 00000001-PHOTO-2025-04-03.jpg>\n"
        "[03/04/2025, 9:03:00 AM] Mei Ling: \u200e<attached: 00000002-PHOTO-2025-04-03.jpg>\n"
        "[31/04/2025, 9:04:00 AM] Mei Ling: on a day that never was\n"
    )
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("_chat.txt", text)
        archive.writestr("00000001-PHOTO-2025-04-03.jpg", photo.getvalue())
    return packed.getvalue()


def offer(page: Page, name: str, content: bytes) -> None:
    """Choose a file in the first step."""
    page.get_by_label("Drop an exported chat here").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def is_clean(page: Page) -> None:
    """No barrier that axe knows of."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def bring_in(page: Page, device_id: str, phone: str) -> None:
    """From the inbox's menu to the end of the import."""
    page.goto(f"/device/{device_id}/whatsapp-web")
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name="Import chats").click()
    offer(page, "WhatsApp Chat - Mei Ling.zip", export())
    expect(page.get_by_text("An exported chat with 6 messages.")).to_be_visible()
    expect(page.get_by_label("Device")).to_have_value(device_id)
    expect(page.get_by_label("Which of these names is yours?")).to_have_value("Kedai Aminah")
    expect(page.get_by_role("button", name="Check the file")).to_be_disabled()
    page.get_by_label("Their phone number").fill(phone)
    is_clean(page)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()


def test_an_exported_chat_is_brought_in_shown_and_taken_back(shop: Shop, open_shop: Open, width: str) -> None:
    device = shop.device(f"Older chats {width}")
    page = open_shop(width)
    bring_in(page, device["id"], f"+6012{7_700_000 + next(shop.numbers)}")
    page.get_by_role("button", name="Import 5 messages").click()
    expect(page.get_by_text("5 messages are new.")).to_be_visible()
    is_clean(page)
    imported = page.url
    page.get_by_role("button", name="Open the chats").click()
    row = page.locator("[data-chat]").filter(has_text="Mei Ling")
    expect(row.get_by_text("unread")).to_have_count(0)
    row.click()
    log = page.get_by_role("log")
    expect(log.get_by_text("Messages and calls are end-to-end encrypted.")).to_be_visible()
    expect(log.locator("img").first).to_be_visible()
    expect(log.get_by_text("Not in the imported file")).to_be_visible()

    page.goto(imported)
    page.get_by_role("button", name="Remove what this import brought").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 messages are deleted here for everyone in the workspace.")
    dialog.get_by_role("button", name="Delete 5 messages").click()
    expect(page.get_by_text("5 messages were deleted.")).to_be_visible()
    page.get_by_role("button", name="Open the chats").click()
    expect(page.get_by_text("Mei Ling")).to_have_count(0)


def test_what_is_taken_back_leaves_the_pages_that_show_it(shop: Shop, open_shop: Open, width: str) -> None:
    device, phone = shop.device(f"Taken back {width}"), f"+6012{7_900_000 + next(shop.numbers)}"
    page, beside = open_shop(width), open_shop(width)
    bring_in(page, device["id"], phone)
    page.get_by_role("button", name="Import 5 messages").click()
    expect(page.get_by_text("5 messages are new.")).to_be_visible()
    beside.goto(f"/device/{device['id']}/whatsapp-web")
    row, log = beside.locator("[data-chat]").filter(has_text="Mei Ling"), beside.get_by_role("log")
    row.click()
    expect(log.get_by_text("Is the blue one still there?")).to_be_visible()

    page.get_by_role("button", name="Remove what this import brought").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 5 messages").click()

    expect(log.get_by_text("Is the blue one still there?")).to_have_count(0)
    expect(log.locator("img")).to_have_count(0)
    beside.go_back()
    expect(row).to_have_count(0)


def test_the_check_shows_the_first_messages_and_gives_the_lines_it_leaves_out(
    shop: Shop, open_shop: Open, width: str
) -> None:
    page = open_shop(width)
    bring_in(page, shop.device(f"Checked chats {width}")["id"], f"+6012{7_800_000 + next(shop.numbers)}")
    sample = page.get_by_role("list", name="The first messages")
    expect(sample).to_contain_text("Is the blue one still there?")
    expect(sample).to_contain_text("not in the import")
    expect(page.get_by_text("There is no such day or time.").first).to_be_visible()
    is_clean(page)
    with page.expect_download() as report:
        page.get_by_role("link", name="Download these lines with the reason").click()
    assert "31/04/2025" in report.value.path().read_text()
    page.goto("/devices/archives")
    expect(page.get_by_role("link", name="WhatsApp Chat - Mei Ling.zip").first).to_be_visible()
    is_clean(page)


def test_a_file_without_a_chat_is_refused_in_words(shop: Shop, open_shop: Open, width: str) -> None:
    page = open_shop(width)
    page.goto("/devices/archives/new")
    offer(page, "notes.txt", b"just some words\n")
    expect(page.get_by_text(re.compile("There is no exported chat in this file"))).to_be_visible()
    is_clean(page)


def test_a_table_asks_for_what_its_columns_do_not_say_in_malay_too(shop: Shop, open_shop: Open, width: str) -> None:
    device = shop.device(f"Tables {width}")
    with closing(shop.colleague(f"Farid {width}", "operator")) as farid:
        answer = farid.patch("/api/me", json={"language": "ms"})
        assert answer.is_success, answer.text
        page = open_shop(width, signed_in=farid)
        page.goto(f"/devices/archives/new?device={device['id']}")
        page.get_by_label("Lepaskan perbualan yang dieksport di sini").set_input_files(
            {
                "name": "mesej.csv",
                "mimeType": "text/csv",
                "buffer": b"Telefon,Arah,Tarikh,Catatan\n0123456789,masuk,03/04/2025 09:00,Hai\n",
            }
        )
        expect(page.get_by_text("Nyatakan lajur yang mengandungi teks atau nama fail.")).to_be_visible()
        expect(page.get_by_text(re.compile("Tiada apa-apa dalam fail ini membezakan hari"))).to_be_visible()
        is_clean(page)
        page.get_by_label("Makna lajur Catatan").select_option(label="Teks")
        page.get_by_role("button", name="Semak fail").click()
        page.get_by_role("button", name="Import 1 mesej").click()
        expect(page.get_by_text("1 mesej baharu.")).to_be_visible()


def test_agents_are_not_offered_to_import_chats(shop: Shop, open_shop: Open) -> None:
    device = shop.device("For an agent only")
    with closing(shop.colleague("Zul", "agent", [device["id"]])) as zul:
        page = open_shop("desktop", signed_in=zul)
        page.goto(f"/device/{device['id']}/whatsapp-web")
        page.get_by_role("button", name="More").first.click()
        expect(page.get_by_role("menuitem", name="Labels")).to_be_visible()
        expect(page.get_by_role("menuitem", name="Import chats")).to_have_count(0)
