"""Pictures of people and groups: shown, asked for, fetched, changed."""

from collections.abc import Iterable

from tests.network.accounts import Account, Device
from tests.network.hub import Hub, Shown
from tests.network.media import HOST
from tests.network.membership import Group
from tests.network.nodes import Jid, Node


def show(hub: Hub, whose: Account | Group, jpeg: bytes, *, hidden: bool) -> None:
    """Another picture, or none; everybody who knows them is told, and a group's members who has done it."""
    shown = Shown(hub.next_id("picture"), jpeg, hidden)
    hub.pictures[_name(whose)] = shown
    address = whose.jid if isinstance(whose, Group) else whose.pn
    author = whose.members[0].lid if isinstance(whose, Group) else whose.pn
    told = Node("set" if jpeg else "delete", {"jid": address, "id": shown.picture_id, "author": author})
    for device in _who_knows(hub, whose):
        hub.notify(device, "picture", [told], address)


def answer(hub: Hub, wanted: Jid) -> tuple[int, list[Node]]:
    """The code and the content of an answer to who asks for a picture."""
    account = hub.person(wanted)
    shown = hub.pictures.get(account.number if account is not None else wanted.user)
    if shown is None or not shown.jpeg:
        return 404, []
    if shown.hidden:
        return 401, []
    path = hub.media.place(shown.jpeg)
    facts = {"id": shown.picture_id, "type": "preview", "url": f"https://{HOST}{path}", "direct_path": path}
    return 200, [Node("picture", facts)]


def _name(whose: Account | Group) -> str:
    return whose.jid.user if isinstance(whose, Group) else whose.number


def _who_knows(hub: Hub, whose: Account | Group) -> Iterable[Device]:
    if isinstance(whose, Group):
        accounts: Iterable[Account] = whose.members
    else:
        accounts = [account for account in hub.directory if whose.number in account.chats]
    return [device for account in accounts for device in account.devices.values()]
