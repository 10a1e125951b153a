"""The facts of live updates: what a topic can be, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hebah.access.model import Permission
from hebah.foundation.pace import Rate


class TopicKind(StrEnum):
    """What a topic's id names."""

    WORKSPACE = "workspace"
    DEVICE = "device"
    CAMPAIGN = "campaign"
    IMPORT = "import"
    ARCHIVE = "archive"
    BULK_EDIT = "bulk_edit"


NEEDS: Final[Mapping[TopicKind, Permission]] = MappingProxyType(
    {
        TopicKind.WORKSPACE: Permission.WORKSPACE_READ,
        TopicKind.DEVICE: Permission.DEVICE_READ,
        TopicKind.CAMPAIGN: Permission.CAMPAIGN_READ,
        TopicKind.IMPORT: Permission.LEAD_IMPORT,
        TopicKind.ARCHIVE: Permission.DEVICE_EDIT,
        TopicKind.BULK_EDIT: Permission.LEAD_EDIT,
    }
)
"""The permission that following a topic takes."""

LONGEST_REPLAY: Final = 2000
"""Who missed more than this many events takes a new snapshot."""

MOST_QUEUED: Final = 256
"""Who has this many messages waiting takes a new snapshot."""

MOST_TOPICS: Final = 200
"""How many topics one socket may follow."""

MESSAGES: Final = Rate(per_s=20, burst=4 * MOST_TOPICS)
"""How often one socket may speak: all its topics at once after a new start, and little after that."""
