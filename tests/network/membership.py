"""Which groups there are and who belongs to them."""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from tests.network.accounts import Account
from tests.network.nodes import Jid

_FIRST = 120363000000000001


class GroupChange(StrEnum):
    """What can be done to a group."""

    RENAME = "rename"
    ADD = "add"
    REMOVE = "remove"
    """By oneself: leave."""
    PROMOTE = "promote"
    DEMOTE = "demote"
    ADMINS_WRITE = "admins_write"
    ALL_WRITE = "all_write"


@dataclass(slots=True)
class Group:
    """A group of accounts, its owner first; who has got whose sender key, by their Signal names. `version` counts
    changes of its members."""

    jid: Jid
    subject: str
    members: list[Account]
    admins: set[str] = field(default_factory=set)
    admins_write: bool = False
    version: int = 1
    initiated: set[tuple[str, str]] = field(default_factory=set)


class Groups:
    """Every group by its address."""

    def __init__(self) -> None:
        self._groups: dict[Jid, Group] = {}
        self._numbers = count(_FIRST)

    def add(self, subject: str, members: list[Account]) -> Group:
        """A new group."""
        jid = Jid(f"{next(self._numbers)}@g.us")
        group = self._groups[jid] = Group(jid, subject, members)
        return group

    def find(self, jid: Jid) -> Group | None:
        """The group of an address."""
        return self._groups.get(jid)
