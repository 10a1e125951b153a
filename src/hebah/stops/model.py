"""The facts of a stop: what may not send, since when, by whom and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from hebah.access.model import Account
from hebah.foundation.errors import Forbidden


class Scope(StrEnum):
    """How much a stop covers; `everything` is all workspaces of the installation."""

    EVERYTHING = "everything"
    WORKSPACE = "workspace"
    DEVICE = "device"
    CAMPAIGN = "campaign"


WITH_SUBJECT: Final = frozenset({Scope.DEVICE, Scope.CAMPAIGN})
LONGEST_REASON: Final = 300


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
