"""Pictures, voice notes, videos and documents: chosen, pasted, dropped or spoken; sent once, and there for others."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # no stubs exist
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Request, expect

from tests.browser.conftest import Open
from tests.browser.shop import Shop
from tests.browser.test_accessibility import SETTLED
from tests.sample_files import filmed, moving_gif, photograph, picture_file

Json = dict[str, Any]
MOST = 350 * 1024
WRITE = "Write to"
FORM = 2048
"""What a form adds to the file in it, in bytes."""


@dataclass
class Talk:
    """Two numbers of the shop that write to each other; what one sends, the simulated network brings to the other."""

    shop: Shop
    device_id: str
    chat_id: str
    other_device_id: str
    other_phone: str

    @property
    def path(self) -> str:
        return f"/device/{self.device_id}/whatsapp-web/{self.chat_id}"

    def other_chat(self) -> Json:
        path = f"/api/chats?deviceId={self.other_device_id}"
        return dict(self.shop.await_(path, lambda page: page["items"] != [])["items"][0])

    def arrived(self, told: Callable[[Json], bool], count: int = 1) -> list[Json]:
        """The messages on the other side that are as wanted, oldest first, once so many have come with their files."""
        path = f"/api/chats/{self.other_chat()['id']}/messages?limit=100"

        def wanted(page: Json) -> list[Json]:
            return [one for one in page["items"] if told(one) and (one["media"] or {}).get("state") == "ready"]

        return wanted(self.shop.await_(path, lambda page: len(wanted(page)) >= count, within_s=40))[::-1]

    def file_of(self, message: Json) -> bytes:
        return self.shop.owner.get(message["media"]["url"]).content


@pytest.fixture(scope="module")
def talk(shop: Shop) -> Talk:
    ours, theirs = shop.device("Kedai"), shop.device("Pelanggan")
    chat = shop.call("POST", "/api/chats", json={"deviceId": ours["id"], "phone": theirs["phone"]})
    return Talk(shop, ours["id"], chat["id"], theirs["id"], theirs["phone"])


class Uploads:
    """What a page uploads."""

    def __init__(self, page: Page) -> None:
        self._requests: list[Request] = []
        page.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/api/media"):
            self._requests.append(request)

    def sizes(self) -> list[int]:
        """How many bytes each has taken over the wire."""
        return [request.sizes()["requestBodySize"] for request in self._requests]


def payload(name: str, mime: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": mime, "buffer": data}


def choose(page: Page, item: str, files: list[FilePayload] | list[Path]) -> Locator:
    """Choose files by the paperclip; gives the sheet that shows them."""
    page.get_by_role("button", name="Attach").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name=item).click()
    chooser.value.set_files(files)
    return page.get_by_role("dialog")


def carried(page: Page, files: Iterable[FilePayload]) -> Any:
    """The files as a browser carries them from another window."""
    parts = [[one["name"], one["mimeType"], base64.b64encode(one["buffer"]).decode()] for one in files]
    return page.evaluate_handle(
        """(parts) => {
            const carried = new DataTransfer();
            for (const [name, type, text] of parts) {
                const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
                carried.items.add(new File([bytes], name, { type }));
            }
            return carried;
        }""",
        parts,
    )


def send_all(sheet: Locator, count: int) -> None:
    sheet.get_by_role("button", name="Send" if count == 1 else f"Send {count}", exact=True).click(timeout=60_000)
    expect(sheet).to_be_hidden()


def grainy(width: int = 4000, height: int = 3000) -> Image.Image:
    return photograph(width, height)


def with_clear_corner() -> bytes:
    picture = photograph(1800, 1400).convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 300, 300))
    return picture_file(picture, "PNG", compress_level=1)


@pytest.fixture(scope="module")
def photo() -> bytes:
    """Twelve megapixels with grain, taken lying on the side at a known place."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (3.0, 8.0, 51.0), 3: "E", 4: (101.0, 41.0, 36.0)}
    exif[0x0112] = 6
    data = picture_file(grainy(), "JPEG", quality=90, exif=exif)
    assert len(data) > 4_000_000
    return data


@pytest.fixture(scope="module")
def clear() -> bytes:
    data = with_clear_corner()
    assert len(data) > 4_000_000
    return data


@pytest.mark.timeout(240)
def test_photographs_chosen_together_are_made_small_before_they_leave_and_arrive_with_their_words(
    open_shop: Open, talk: Talk, photo: bytes, clear: bytes, width: str
) -> None:
    page = open_shop(width)
    page.goto(talk.path)
    uploads = Uploads(page)
    files = [payload("DCIM 1.jpg", "image/jpeg", photo), payload("logo.png", "image/png", clear)]
    sheet = choose(page, "Pictures and videos", files)
    expect(sheet.get_by_role("figure")).to_contain_text("→", timeout=60_000)
    sheet.get_by_label("Caption").fill(f"Kedai {width}")
    sheet.get_by_role("button", name="logo.png", exact=True).click()
    sheet.get_by_label("Caption").fill(f"Logo {width}")
    send_all(sheet, 2)

    shown, logo = talk.arrived(lambda one: one["body"] in {f"Kedai {width}", f"Logo {width}"}, 2)
    assert (shown["kind"], shown["media"]["mime"]) == ("image", "image/jpeg")
    with Image.open(BytesIO(talk.file_of(shown))) as picture:
        assert picture.size == (1200, 1600), "upright and small"
        assert not dict(picture.getexif()), "the place stays at home"
    assert shown["media"]["size"] <= MOST
    with Image.open(BytesIO(talk.file_of(logo))) as picture:
        corner = picture.convert("L").crop((20, 20, 100, 100))
        assert sum(corner.histogram()[:240]) == 0, "clear becomes white"
    assert logo["media"]["thumbnail"].startswith("data:image/jpeg;base64,")
    expect(page.get_by_role("button", name="Open the picture").last).to_be_visible()
    sizes = uploads.sizes()
    assert len(sizes) == 2
    assert max(sizes) <= MOST + FORM


def paste_webp(page: Page, words: str) -> None:
    webp = picture_file(photograph(2600, 2000), "WEBP", quality=95)
    assert len(webp) > MOST
    page.get_by_role("textbox", name=WRITE).evaluate(
        "(box, clipboardData) => box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))",
        carried(page, [payload("kad.webp", "image/webp", webp)]),
    )
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Caption").fill(words, timeout=60_000)
    send_all(sheet, 1)


def drop_gifs(page: Page, still: str, moving: str) -> None:
    one = payload("kad.gif", "image/gif", picture_file(photograph(1700, 900), "GIF"))
    dropped = carried(page, [one, payload("pesta.gif", "image/gif", moving_gif(8))])
    for event in ("dragenter", "dragover", "drop"):
        page.get_by_role("textbox", name=WRITE).dispatch_event(event, {"dataTransfer": dropped})
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Caption").fill(still, timeout=60_000)
    sheet.get_by_role("button", name="pesta.gif", exact=True).click()
    expect(sheet).to_contain_text("Sent as a short video.")
    sheet.get_by_label("Caption").fill(moving)
    send_all(sheet, 2)


@pytest.mark.timeout(240)
def test_pictures_pasted_and_dropped_go_the_same_way(open_shop: Open, talk: Talk, width: str) -> None:
    page = open_shop(width)
    page.goto(talk.path)
    uploads = Uploads(page)
    paste_webp(page, f"Ditampal {width}")
    drop_gifs(page, f"Dilepas {width}", f"Pesta {width}")

    wanted = {f"Ditampal {width}", f"Dilepas {width}", f"Pesta {width}"}
    messages = {one["body"].split()[0]: one for one in talk.arrived(lambda one: one["body"] in wanted, 3)}
    expect(page.get_by_role("button", name="Play the video").last).to_be_visible()
    sizes = uploads.sizes()
    assert len(sizes) == 3
    assert max(sizes) <= MOST + FORM
    for name in ("Ditampal", "Dilepas"):
        assert (messages[name]["kind"], messages[name]["media"]["mime"]) == ("image", "image/jpeg")
        assert messages[name]["media"]["size"] <= MOST
    party = messages["Pesta"]
    assert (party["kind"], party["media"]["mime"], party["media"]["seconds"]) == ("video", "video/mp4", 2)


def test_a_voice_note_is_spoken_heard_and_sent(open_shop: Open, talk: Talk, width: str) -> None:
    page = open_shop(width)
    page.goto(talk.path)
    sheet = choose(page, "Documents", [payload(f"Sebelum {width}.txt", "text/plain", b"sebelum suara")])
    send_all(sheet, 1)
    speak(page, _press if width == "desktop" else _tap)

    def is_after(one: Json) -> bool:
        return bool(one["kind"] == "voice" and one["at"] > before["at"])

    (before,) = talk.arrived(lambda one: (one["media"] or {}).get("fileName") == f"Sebelum {width}.txt")
    (note,) = talk.arrived(is_after)
    media = note["media"]
    assert media["mime"] == "audio/ogg; codecs=opus"
    assert 2 <= media["seconds"] <= 5
    assert len(media["waveform"]) == 64
    assert max(media["waveform"]) == 100
    with av.open(BytesIO(talk.file_of(note)), mode="r") as sound:
        assert sound.streams.audio[0].codec_context.name == "opus"
    there = open_shop(width)
    there.goto(f"/device/{talk.other_device_id}/whatsapp-web/{talk.other_chat()['id']}")
    there.get_by_role("button", name=re.compile(r"^Play, \d")).last.click()
    expect(there.get_by_role("button", name=re.compile(r"^Pause"))).to_be_visible()


def speak(page: Page, press: Callable[[Locator], None]) -> None:
    press(page.get_by_role("button", name="Record a voice note"))
    recorder = page.get_by_role("region", name="Recording a voice note")
    expect(recorder).to_contain_text("0:02")
    press(recorder.get_by_role("button", name="Stop and listen"))
    press(recorder.get_by_role("button", name="Listen", exact=True))
    expect(recorder.get_by_role("button", name="Stop listening")).to_be_visible()
    press(recorder.get_by_role("button", name="Go on recording"))
    expect(recorder).to_contain_text("0:03")
    press(recorder.get_by_role("button", name="Send the voice note"))
    expect(recorder).to_be_hidden()


def _press(button: Locator) -> None:
    button.focus()
    button.press("Enter")


def _tap(button: Locator) -> None:
    button.click()


def test_a_recording_that_is_thrown_away_is_not_sent(open_shop: Open, talk: Talk) -> None:
    page = open_shop("phone")
    page.goto(talk.path)
    uploads = Uploads(page)
    page.get_by_role("button", name="Record a voice note").click()
    recorder = page.get_by_role("region", name="Recording a voice note")
    expect(recorder).to_contain_text("0:01")
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name=WRITE)).to_be_visible()
    assert uploads.sizes() == []


def test_a_video_and_a_document_arrive_play_and_can_be_kept(open_shop: Open, talk: Talk, width: str) -> None:
    page = open_shop(width)
    page.goto(talk.path)
    film, book = filmed(seconds=3 if width == "phone" else 4), f"%PDF-1.7 {width}\n".encode() + bytes(1_500_000)
    sheet = choose(page, "Pictures and videos", [payload("kedai.mp4", "video/mp4", film)])
    expect(sheet.locator("video")).to_be_visible()
    sheet.get_by_label("Caption").fill(f"Filem {width}")
    send_all(sheet, 1)
    send_all(choose(page, "Documents", [payload(f"Harga {width}.pdf", "application/pdf", book)]), 1)

    (seen,) = talk.arrived(lambda one: one["body"] == f"Filem {width}")
    assert (seen["kind"], seen["media"]["mime"]) == ("video", "video/mp4")
    assert (seen["media"]["width"], seen["media"]["height"]) == (96, 64)
    assert seen["media"]["seconds"] == (3 if width == "phone" else 4)
    assert seen["media"]["thumbnail"].startswith("data:image/jpeg;base64,")
    assert talk.file_of(seen) == film
    talk.arrived(lambda one: one["media"] is not None and one["media"]["fileName"] == f"Harga {width}.pdf")

    there = open_shop(width)
    there.goto(f"/device/{talk.other_device_id}/whatsapp-web/{talk.other_chat()['id']}")
    there.get_by_role("button", name="Play the video").last.click()
    there.wait_for_function("() => document.querySelector('video')?.currentTime > 0")
    with there.expect_download() as kept:
        there.get_by_role("link", name=f"Harga {width}.pdf").click()
    assert kept.value.suggested_filename == f"Harga {width}.pdf"
    assert sha256(kept.value.path().read_bytes()).digest() == sha256(book).digest()


def test_a_cut_while_a_file_is_uploaded_is_made_good_and_the_file_is_sent_once(open_shop: Open, talk: Talk) -> None:
    page = open_shop("desktop")
    page.goto(talk.path)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": 40_000}
    network.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    book = b"%PDF-1.7 cut\n" + bytes(400_000)
    send_all(choose(page, "Documents", [payload("Katalog.pdf", "application/pdf", book)]), 1)
    expect(page.get_by_text("Uploading").last).to_be_visible()
    network.send("Network.emulateNetworkConditions", {"offline": True, **slow})
    expect(page.get_by_text("Uploading")).to_have_count(0)
    network.send("Network.emulateNetworkConditions", {"offline": False, **slow, "uploadThroughput": -1})
    page.reload()

    (seen,) = talk.arrived(lambda one: (one["media"] or {}).get("fileName") == "Katalog.pdf")
    assert talk.file_of(seen) == book
    sent = [line for line in talk.shop.hebah.ledger() if line.wire_id == seen["wireId"]]
    assert len(sent) == 1
    expect(page.get_by_role("link", name="Katalog.pdf")).to_have_count(1)


def test_a_file_the_server_refuses_says_why_and_can_be_given_up(open_shop: Open, talk: Talk, width: str) -> None:
    page = open_shop(width)
    page.goto(talk.path)
    send_all(choose(page, "Sounds", [payload("lagu.mp3", "audio/mpeg", b"ID3" + bytes(900))]), 1)
    refused = page.get_by_text("This recording cannot be read.")
    expect(refused).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(refused).to_be_visible()
    page.get_by_role("button", name="Do not send").click()
    expect(refused).to_be_hidden()


def test_what_is_too_large_or_empty_is_said_before_anything_is_uploaded(
    open_shop: Open, talk: Talk, tmp_path: Path
) -> None:
    page = open_shop("phone")
    page.goto(talk.path)
    uploads = Uploads(page)
    empty, large = tmp_path / "kosong.pdf", tmp_path / "besar.zip"
    for path, size in ((empty, 0), (large, 17_000_000)):
        path.touch()
        os.truncate(path, size)
    sheet = choose(page, "Documents", [empty, large])
    expect(sheet.get_by_role("alert")).to_contain_text("This file is empty.")
    sheet.get_by_role("button", name="besar.zip", exact=True).click()
    expect(sheet.get_by_role("alert")).to_contain_text("This file is too large to be sent.")
    expect(sheet.get_by_role("button", name="Send")).to_be_disabled()
    assert uploads.sizes() == []


def test_choosing_and_recording_have_no_serious_fault_for_anybody(open_shop: Open, talk: Talk, width: str) -> None:
    page = open_shop(width, "dark" if width == "phone" else "light")
    page.goto(talk.path)
    page.get_by_role("button", name="Record a voice note").click()
    recorder = page.get_by_role("region", name="Recording a voice note")
    expect(recorder).to_contain_text("0:01")
    recorder.get_by_role("button", name="Stop and listen").click()
    expect(recorder.get_by_role("button", name="Listen", exact=True)).to_be_visible()
    assert serious_faults(page) == []
    recorder.get_by_role("button", name="Throw the recording away").click()
    small = picture_file(photograph(400, 300), "JPEG")
    sheet = choose(page, "Documents", [payload("a.pdf", "application/pdf", b"%PDF-1.7"), payload("b.jpg", "", small)])
    expect(sheet.get_by_role("button", name="Send 2")).to_be_enabled()
    assert serious_faults(page) == []


def serious_faults(page: Page) -> list[str]:
    page.evaluate(SETTLED)
    page.evaluate(Axe().axe_script)
    found = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")["violations"]
    return [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}]
