import pytest

from tests.network.membership import GroupChange
from tests.network.network import Network
from tests.network.nodes import SERVER, Jid, Node
from tests.network.settings import Kept, Setting
from tests.unit.network_server.client import Client
from tests.unit.network_server.conftest import BOB, SHOP

BOB_LID, SHOP_LID = Jid("700015550000002@lid"), Jid("700015550000001@lid")


async def told(device: Client, kind: str) -> Node:
    return await device.next(lambda node: node.tag == "notification" and node.get("type") == kind)


async def test_members_are_told_of_a_new_group_and_of_its_changes(network: Network, device: Client) -> None:
    group = await network.group("Class", [BOB, SHOP], told=True)
    made = await told(device, "w:gp2")
    described = made.child("create", "group")
    assert described is not None
    assert (made.get("participant"), described.get("subject")) == (BOB_LID, "Class")
    await network.change_group(group, BOB, GroupChange.PROMOTE, [SHOP])
    promoted = (await told(device, "w:gp2")).child("promote", "participant")
    assert promoted is not None
    assert promoted.get("jid") == SHOP_LID


async def test_who_has_been_removed_from_a_group_may_not_look_it_up(network: Network, device: Client) -> None:
    group = await network.group("Class", [BOB, SHOP])
    asked = [Node("query", {"request": "interactive"})]
    found = (await device.ask("w:g2", asked, to=Jid(f"{group}@g.us"))).child("group")
    assert found is not None
    assert [member.get("type") for member in found.all("participant")] == ["superadmin", ""]
    await network.change_group(group, BOB, GroupChange.REMOVE, [SHOP])
    refused = (await device.ask("w:g2", asked, to=Jid(f"{group}@g.us"))).child("error")
    assert refused is not None
    assert refused.get("code") == "403"


@pytest.mark.parametrize(("jpeg", "hidden", "code"), [(b"", False, "404"), (b"jpeg", True, "401")])
async def test_a_picture_that_is_not_there_or_hidden_is_refused(
    network: Network, device: Client, jpeg: bytes, hidden: bool, code: str
) -> None:
    await network.picture(BOB, jpeg, hidden=hidden)
    content = [Node("picture", {"query": "url", "type": "preview"})]
    asked = Node(
        "iq", {"to": SERVER, "type": "get", "id": "p1", "xmlns": "w:profile:picture", "target": BOB_LID}, content
    )
    await device.send(asked)
    refused = (await device.next(lambda node: node.get("id") == "p1")).child("error")
    assert refused is not None
    assert refused.get("code") == code


async def test_a_patch_on_an_old_version_is_a_conflict_and_brings_the_newer_ones(
    network: Network, device: Client
) -> None:
    await network.keep(SHOP, BOB, Kept(Setting.PINNED))
    changed = (await told(device, "server_sync")).child("collection")
    assert changed is not None
    assert (changed.get("name"), changed.get("version")) == ("regular_low", "2")
    patch = Node("collection", {"name": "regular_low", "version": "1"}, [Node("patch", {}, b"")])
    answer = (await device.ask("w:sync:app:state", [Node("sync", {}, [patch])], kind="set")).child("sync", "collection")
    assert answer is not None
    error, newer = answer.child("error"), answer.child("patches")
    assert error is not None
    assert newer is not None
    assert (error.get("code"), len(newer.children)) == ("409", 1)


async def test_a_patch_that_proves_nothing_is_refused(network: Network, device: Client) -> None:
    patch = Node("collection", {"name": "regular_low", "version": "1"}, [Node("patch", {}, b"")])
    answer = (await device.ask("w:sync:app:state", [Node("sync", {}, [patch])], kind="set")).child("sync", "collection")
    assert answer is not None
    assert answer.get("type") == "error"
    assert len(await network.complaints()) == 1
    assert await network.kept(SHOP, BOB) == []
