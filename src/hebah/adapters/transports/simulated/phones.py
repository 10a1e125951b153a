"""The simulated phones: accounts whose owner can scan, type and be restricted, kept across restarts if asked."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import msgspec

from hebah.gateway.transport import DeviceRef

# Malaysian mobile numbers that this network keeps for its own phones: +60111 and seven digits.
_FIRST_NUMBER = 601110000001
_LAST_NUMBER = 601119999999
MOST_LINKS_PER_PHONE = 4
_SAVE_DELAY_S = 0.3


class Standing(StrEnum):
    """What the network thinks of an account."""

    GOOD = "good"
    RESTRICTED = "restricted"
    BANNED = "banned"
    OUTDATED = "outdated"


class ScanOutcome(StrEnum):
    """What a phone shows after scanning a picture or typing a code."""

    LINKED = "linked"
    NO_SUCH_CODE = "no_such_code"
    TOO_MANY_LINKS = "too_many_links"
    BANNED = "banned"
    WRONG_PHONE = "wrong_phone"


@dataclass(slots=True)
class SimulatedPhone:
    """One account of the network; `links` are its linked slots, oldest first."""

    number: str
    name: str
    links: tuple[DeviceRef, ...] = ()
    standing: Standing = Standing.GOOD
    until: datetime | None = None


class _SavedLink(msgspec.Struct):
    workspace_id: UUID
    device_id: UUID
    phone: str


class _Saved(msgspec.Struct):
    next_number: int
    phones: dict[str, str]
    links: list[_SavedLink]


class Phones:
    """The phone book of the network's own accounts."""

    def __init__(self, state: Path | None) -> None:
        self._state = state
        self._phones: dict[str, SimulatedPhone] = {}
        self._next_number = _FIRST_NUMBER
        self._saving: asyncio.TimerHandle | None = None
        if state is not None and state.exists():
            self._load(msgspec.json.decode(state.read_bytes(), type=_Saved))

    def __len__(self) -> int:
        return len(self._phones)

    def all(self) -> tuple[SimulatedPhone, ...]:
        """Every phone, oldest first."""
        return tuple(self._phones.values())

    def get(self, number: str) -> SimulatedPhone | None:
        """The phone with this number, if it is one of ours."""
        return self._phones.get(number)

    def make(self, name: str | None) -> SimulatedPhone:
        """A new account on the next free number of the range kept for the simulation."""
        while (number := f"+{self._next_number}") in self._phones:
            self._next_number += 1
        if self._next_number > _LAST_NUMBER:
            raise OverflowError("the simulated network has no free number left")
        self._next_number += 1
        return self.get_or_make(number, name)

    def get_or_make(self, number: str, name: str | None = None) -> SimulatedPhone:
        """The phone with this number, made on demand."""
        phone = self._phones.get(number)
        if phone is None:
            phone = self._phones[number] = SimulatedPhone(number, name or f"Phone {number[-4:]}")
            self.save_soon()
        return phone

    def add_link(self, phone: SimulatedPhone, ref: DeviceRef) -> None:
        """Note that a slot is linked to a phone."""
        phone.links = (*phone.links, ref)
        self.save_soon()

    def remove_link(self, phone: SimulatedPhone, ref: DeviceRef) -> None:
        """Note that a slot is no longer linked to a phone."""
        phone.links = tuple(link for link in phone.links if link != ref)
        self.save_soon()

    def each_link(self, restore: Callable[[DeviceRef, SimulatedPhone], None]) -> None:
        """Tell every link there is, as after a restart."""
        for phone in self._phones.values():
            for ref in phone.links:
                restore(ref, phone)

    def save_soon(self) -> None:
        """Write the state file in a moment, once for many changes."""
        if self._state is None or self._saving is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # Phones are also made before the loop runs; `save` at exit keeps those.
            return
        self._saving = loop.call_later(_SAVE_DELAY_S, self.save)

    def save(self) -> None:
        """Replace the state file by the present state, atomically."""
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        if self._state is None:
            return
        beside = self._state.with_name(self._state.name + ".part")
        beside.write_bytes(msgspec.json.encode(self._snapshot()))
        os.replace(beside, self._state)

    def _snapshot(self) -> _Saved:
        return _Saved(
            next_number=self._next_number,
            phones={phone.number: phone.name for phone in self._phones.values()},
            links=[
                _SavedLink(ref.workspace_id, ref.device_id, phone.number)
                for phone in self._phones.values()
                for ref in phone.links
            ],
        )

    def _load(self, saved: _Saved) -> None:
        self._next_number = saved.next_number
        for number, name in saved.phones.items():
            self._phones[number] = SimulatedPhone(number, name)
        for link in saved.links:
            phone = self._phones[link.phone]
            phone.links = (*phone.links, DeviceRef(link.workspace_id, link.device_id))


def lid_of(number: str) -> str:
    """The opaque identity of a number: its digits follow from the number."""
    return f"{int(number[1:]) * 7919 % 10**15:015d}"
