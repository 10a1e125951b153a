"""The facts of a stop: what may not send, since when, by whom and why; and what a restored backup holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from hebah.access.model import Account
from hebah.foundation.errors import Forbidden
from hebah.outbox.model import OutboxState


class Scope(StrEnum):
    """How much a stop covers; `everything` is all workspaces of the installation."""

    EVERYTHING = "everything"
    WORKSPACE = "workspace"
    DEVICE = "device"
    CAMPAIGN = "campaign"


WITH_SUBJECT: Final = frozenset({Scope.DEVICE, Scope.CAMPAIGN})
LONGEST_REASON: Final = 300
RESTORED: Final = "restored"
"""What the audit log calls a restore, and why a campaign, a device or a message is held by it."""


class EverythingIsTheOwners(Forbidden):
    """Only whoever owns the installation decides for all its workspaces."""

    code = "everything_is_the_owners"
    sentence = "Only the owner of this installation may stop everything, or let everything go on."


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be stopped; `subject` is the device or campaign."""

    scope: Scope
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewStop:
    """A stop to be made; nobody (`by` is None) made it from the machine Hebah runs on."""

    workspace_id: UUID | None
    target: Target
    reason: str
    by: Account | None


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop that is on. `by_name` is None when somebody outside the workspace made it.

    `waiting` counts the messages that this stop alone keeps from going out.
    """

    id: UUID
    target: Target
    subject_name: str | None
    reason: str
    since: datetime
    by_name: str | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Restore:
    """The last restore of a workspace: of a backup made at `made_at`; open until somebody has looked at what it holds.

    `id` is its line in the audit log.
    """

    id: UUID
    at: datetime
    made_at: datetime
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """How much of each kind a restore still holds: campaigns that are paused or drafts again, messages by hand that
    were not sent, messages of which nobody knows, devices that are stopped."""

    campaigns: int = 0
    drafts: int = 0
    not_sent: int = 0
    unknown: int = 0
    devices: int = 0


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that a restore holds: `at` is when it was written, or handed out when nobody knows what became of it.

    `message_id` names it in its chat, None when it has not come that far.
    """

    id: UUID
    state: OutboxState
    at: datetime
    name: str
    address: str
    words: str
    device_id: UUID
    device_name: str
    chat_id: UUID | None
    message_id: UUID | None
    sent_by: str | None
    campaign_id: UUID | None
    campaign_name: str | None
    may_retry: bool
