"""Which groups there are and who belongs to them."""

from dataclasses import dataclass, field
from itertools import count

from tests.network.accounts import Account
from tests.network.nodes import Jid

_FIRST = 120363000000000001


@dataclass(slots=True)
class Group:
    """A group of accounts; who has got whose sender key, by their Signal names."""

    jid: Jid
    subject: str
    members: list[Account]
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
