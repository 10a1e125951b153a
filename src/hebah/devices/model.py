"""The facts of a device: one linked WhatsApp number, by any transport."""

from __future__ import annotations

from enum import StrEnum


class DeviceState(StrEnum):
    """What a device is doing, as people see it; each change carries a cause."""

    UNLINKED = "unlinked"
    LINKING = "linking"
    CONNECTING = "connecting"
    ONLINE = "online"
    WAITING = "waiting"
    RESTRICTED = "restricted"
    REPLACED = "replaced"
    LOGGED_OUT = "logged_out"
    BANNED = "banned"
    OUTDATED = "outdated"
    STOPPED = "stopped"
