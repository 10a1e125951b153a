"""What a gateway has to do about chats besides messages, how long that holds, and when a failed one is tried again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from hebah.inbox.model.fetched import ErrandKind
from hebah.inbox.rules.messages import storable
from hebah.messaging.groups import Group, Member, Role

KNOWN_FOR = timedelta(days=7)
"""How long a picture and the members of a group are as good as known."""

_FIRST_PAUSE = timedelta(minutes=1)
_MOST_TRIES = 8
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest message of a chat; `sender` is an address."""

    wire_id: str
    from_me: bool
    sender: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupNow:
    """What a group is called, who is in it, and why we cannot write there, if we cannot."""

    name: str
    members: tuple[Member, ...]
    closed: str | None


@dataclass(frozen=True, slots=True)
class ShownMember:
    """Somebody in a group, as people see them."""

    address: str
    name: str
    role: str
    contact_id: UUID | None
    is_us: bool


def group_now(told: Group, own_phone: str | None) -> GroupNow:
    """A group as it is kept: we may write if we are in it, and an admin where only they may."""
    known = {member.address: replace(member, name=storable(member.name)[:_LONGEST_NAME]) for member in told.members}
    own = known.get(own_phone or "")
    closed = None
    if own_phone and own is None:
        closed = "left"
    elif told.admins_write and own is not None and own.role is Role.MEMBER:
        closed = "admins_write"
    return GroupNow(storable(told.subject)[:_LONGEST_NAME], tuple(known[address] for address in sorted(known)), closed)


class Kept(Protocol):
    """How a chat is kept in the list."""

    @property
    def pinned_at(self) -> datetime | None:
        """At the top since then."""

    @property
    def archived_at(self) -> datetime | None:
        """Put away since then."""

    @property
    def muted_until(self) -> datetime | None:
        """Silent until then."""


def changed_kinds(former: Kept, kept: Kept) -> list[ErrandKind]:
    """What a phone is to be told after this change."""
    news = {
        ErrandKind.PINNED: (former.pinned_at is None) != (kept.pinned_at is None),
        ErrandKind.ARCHIVED: (former.archived_at is None) != (kept.archived_at is None),
        ErrandKind.MUTED: former.muted_until != kept.muted_until,
    }
    return [kind for kind, is_new in news.items() if is_new]


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try an errand again that has failed; None: not any more."""
    return None if tries + 1 >= _MOST_TRIES else now + _FIRST_PAUSE * 2**tries
