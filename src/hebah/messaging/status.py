"""How far a message we sent is known to have come; knowledge only grows, whatever order receipts arrive in."""

from __future__ import annotations

from enum import StrEnum


class Delivery(StrEnum):
    """The ticks of one message, from the network's word to the ear of the person."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"


_LADDER: tuple[Delivery, ...] = (Delivery.ACCEPTED, Delivery.DELIVERED, Delivery.READ, Delivery.PLAYED)


def advance(old: Delivery, new: Delivery) -> Delivery:
    """What is known after hearing `new`: a late or repeated receipt never takes a tick away."""
    return max(old, new, key=_LADDER.index)


def has_reached(known: Delivery, step: Delivery) -> bool:
    """Whether `step` is implied by what is known: a read message has been delivered."""
    return _LADDER.index(known) >= _LADDER.index(step)
