"""Every code that the contract with transports names has its words in the browser; Malay has the same keys by type."""

import re
from pathlib import Path

import pytest

from hebah.devices.model import Cause, DeviceState
from hebah.gateway.outgoing import Refused
from hebah.gateway.transport import LinkFailed
from hebah.messaging.said import MessageKind

ROOT = Path(__file__).parents[3]
WORDS = {
    key
    for file in (ROOT / "ui/src/text/en").glob("*.ts")
    for key in re.findall(r'^  "([\w.]+)":', file.read_text(), re.MULTILINE)
}


def named(text: str | None) -> list[str]:
    """The codes that a sentence names."""
    return re.findall(r"`([a-z_]+)`", text or "")


def documented_causes() -> list[str]:
    """The causes that the handbook of linked devices lists."""
    table = (ROOT / "docs/linked-devices.md").read_text().partition("| state | causes |")[2].partition("\n\n")[0]
    found = re.findall(r"`([a-z_0-9]+)`", table)
    return [f"temporary_ban_{cause}" if cause.isdecimal() else cause for cause in found]


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [
        ("devices.failure.", named(LinkFailed.__doc__)),
        ("outbox.code.", named(Refused.__doc__)),
        ("devices.cause.", [*Cause, *documented_causes()]),
        ("devices.state.", list(DeviceState)),
        ("devices.todo.", list(DeviceState)),
        ("devices.can.kind.", list(MessageKind)),
        ("devices.reason.", ["not_built", "not_started", "version_differs", "companion_off", "sealing_key_wrong"]),
    ],
)
def test_every_code_has_its_words(prefix: str, codes: list[str]) -> None:
    assert codes
    assert [code for code in codes if prefix + code not in WORDS] == []


def test_the_causes_of_trouble_say_what_to_do() -> None:
    as_their_state_says = {"opened_elsewhere", "removed_on_phone", "client_outdated"}
    told = [cause for cause in documented_causes() if cause not in as_their_state_says]
    assert [cause for cause in told if f"devices.do.{cause}" not in WORDS] == []
