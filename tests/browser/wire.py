"""A Hebah whose companion speaks to the test network, and what happens on that network, for browser tests."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Page, expect

from tests.browser.shop import Shop, running_hebah
from tests.network.remote import RemoteNetwork, network_process

PROGRAM = Path(sys.executable).with_name("hebah-companion-testnet")
SEALING_KEY = bytes(range(32))


@dataclass(frozen=True)
class Wire:
    """The network, which runs in another process; Chromium's driver has the event loop of this thread."""

    network: RemoteNetwork
    portal: BlockingPortal


@contextmanager
def opened_wire() -> Iterator[Wire]:
    """A network without anybody in it while the block runs."""
    if not PROGRAM.exists():
        pytest.fail("the companion is not built: run make companion", pytrace=False)
    with (
        TemporaryDirectory(prefix="hebah-network-") as name,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(network_process(Path(name))) as network,
    ):
        yield Wire(network, portal)


@contextmanager
def opened_shop(wire: Wire) -> Iterator[Shop]:
    """A shop whose companion knows that network; it sends without pauses, at any hour."""
    given = {
        "HEBAH_COMPANION": str(PROGRAM),
        "HEBAH_TESTNET": str(wire.network.settings_file),
        "HEBAH_SEALING_KEY": base64.b64encode(SEALING_KEY).decode(),
    }
    with running_hebah(given=given) as running, closing(running.set_up()) as owner:
        opened = Shop(running, owner)
        opened.hurry(gapMinS=0.0, gapMaxS=0.0)
        yield opened


def link_by_qr(page: Page, wire: Wire, phone: str) -> str:
    """Link a phone as a person does, the risk acknowledged; the device's id."""
    page.goto("/devices")
    page.get_by_role("button", name="Add a device").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill("Kaunter")
    page.get_by_role("radio", name="Linked WhatsApp number").check()
    page.get_by_role("button", name="Add and link").click()
    page.get_by_role("checkbox", name=re.compile("I link numbers at my own risk")).check()
    page.get_by_role("button", name="Accept and continue").click()
    page.get_by_role("button", name="Show the QR code").click()
    expect(page.get_by_role("img", name="QR code that links a phone to Kaunter")).to_be_visible()
    page.get_by_text("Send the code to someone else").click()
    wire.portal.call(wire.network.scan, page.get_by_label("Code as text").input_value(), phone)
    expect(page.get_by_role("dialog")).to_contain_text("Kaunter is linked")
    found = re.search(r"/devices/([0-9a-f-]{36})", page.url)
    assert found, page.url
    return found[1]
