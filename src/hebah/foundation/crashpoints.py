"""Named places at which a process can be told to die, so that tests prove what survives; otherwise they do nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Self

from hebah.foundation.errors import Invalid

NAMES = frozenset(
    {
        "before_dispatch_commit", "after_dispatch_commit", "before_send", "after_send",
        "before_settle_commit", "after_settle_commit", "before_receive_commit", "after_receive_commit",
        "after_acknowledge", "after_device_claim", "before_launch_commit", "after_launch_commit",
    }
)  # fmt: skip


class CrashPointUnknown(Invalid):
    """The order names no place, or counts wrongly."""

    code = "crash_point_unknown"
    sentence = "{order} is not a crash point such as after_send or after_send:3."
    order: str


class CrashPoints:
    """Reached by name; the process dies at the ordered place, the nth time it comes there."""

    __slots__ = ("_die", "_left", "_name")

    def __init__(self, name: str | None = None, nth: int = 1, die: Callable[[], None] | None = None) -> None:
        self._name = name
        self._left = nth
        self._die = die or _kill_self

    @classmethod
    def none(cls) -> Self:
        """No orders: the production default."""
        return cls()

    @classmethod
    def at(cls, order: str, die: Callable[[], None] | None = None) -> Self:
        """Die at `name` or `name:nth`, counted from one; raises CrashPointUnknown."""
        name, _, nth = order.partition(":")
        if name not in NAMES or not (nth or "1").isdecimal() or int(nth or "1") < 1:
            raise CrashPointUnknown(order)
        return cls(name, int(nth or "1"), die)

    def __call__(self, name: str) -> None:
        """This place has been reached."""
        if name != self._name:
            return
        self._left -= 1
        if self._left == 0:
            self._die()


def _kill_self() -> None:
    # SIGKILL, since a crash runs no handler and flushes nothing.
    os.kill(os.getpid(), signal.SIGKILL)
