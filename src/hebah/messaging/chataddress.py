"""How a chat or a person in it is addressed: E.164 where the phone is known, else `lid:…`; `group:…` for a group."""

from __future__ import annotations

from dataclasses import dataclass

_LID = "lid:"
_GROUP = "group:"


@dataclass(frozen=True, slots=True)
class Alias:
    """The same person by phone (E.164) and by LID (digits)."""

    phone: str
    lid: str


def is_phone(address: str) -> bool:
    """Whether it is somebody's telephone number."""
    return address.startswith("+")


def is_group(address: str) -> bool:
    """Whether it is a group, of which nobody in particular is asked."""
    return address.startswith(_GROUP)


def lid_of(address: str) -> str | None:
    """The digits of a hidden number; None for every other address."""
    return address[len(_LID) :] if address.startswith(_LID) else None


def by_lid(lid: str) -> str:
    """Somebody whose number is hidden."""
    return _LID + lid
