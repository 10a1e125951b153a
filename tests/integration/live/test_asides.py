"""Who types is told to those who look just then: across processes, once, never late, and only where one may look."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from hebah.access.model import Account, Role
from hebah.app.joints import ShowsInbox, TellsSigns
from hebah.foundation.bus import InProcessBus
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.inbox.actions import messages as inbox
from hebah.inbox.actions import signs
from hebah.inbox.model.fetched import SeenSign, SignState
from hebah.inbox.model.messages import Arrived, ReceivedMessage
from hebah.live.actions.hub import Hub, Pace
from hebah.messaging.said import MessageKind, Said
from tests.integration.conftest import Web
from tests.integration.live.conftest import Live, Tab, add_device

SITI = "+60123456789"
GROUP = "group:120363000000000001"


@pytest.fixture
def hub(database: Database, clock: ManualClock, bus: InProcessBus) -> Hub:
    return Hub(database, clock, bus, Pace(poll_s=0.1, sessions_s=0.1), ShowsInbox(), TellsSigns())


async def chat_of(live: Live, shop: Account, device: UUID, address: str = SITI, name: str = "") -> None:
    now = live.clock.now()
    message = ReceivedMessage(
        shop.workspace_id,
        device,
        address,
        SITI,
        uuid4().hex,
        now,
        from_me=False,
        said=Said(MessageKind.TEXT, "Hello"),
        sender_name=name,
    )
    async with live.db.transaction() as tx:
        await inbox.receive(tx, Arrived(tuple(await inbox.sift(tx, [message], now))), now)


async def seen(
    db: Database, live: Live, shop: Account, device: UUID, state: SignState, chat: str = SITI, sender: str = SITI
) -> None:
    sign = SeenSign(shop.workspace_id, device, chat, sender, state)
    async with db.transaction() as tx:
        await signs.see(tx, [sign], live.clock.now())


async def following(live: Live, account: Account, *devices: UUID, full: bool = True) -> Tab:
    tab = await live.tab(await live.sign_in(account))
    for device in devices:
        await tab.say(op="sub", topic=device, full=full)
        await tab.hear()
    return tab


async def signs_until_event(live: Live, tab: Tab, shop: Account, device: UUID) -> Sequence[tuple[str, str, object]]:
    """What a tab was told of typing before the next event of the device."""
    await chat_of(live, shop, device, f"+6019{make_id().int % 10**7:07d}")
    told = []
    while (heard := await tab.hear())["op"] == "typing":
        told.append((heard["senderName"], heard["state"], heard["userId"]))
    return told


@pytest.mark.parametrize("is_here", [True, False])
async def test_typing_reaches_those_who_follow_the_device(
    live: Live, web: Web, other_process: Database, *, is_here: bool
) -> None:
    shop = await web.found()
    device = await add_device(live.db, shop.workspace_id)
    await chat_of(live, shop, device)
    tab = await following(live, shop, device)
    db = live.db if is_here else other_process
    await seen(db, live, shop, device, SignState.TYPING)
    heard = await tab.hear()
    assert (heard["op"], heard["topic"], heard["state"]) == ("typing", str(device), "typing")
    assert (heard["senderName"], heard["userId"]) == ("", None)
    await seen(db, live, shop, device, SignState.PAUSED)
    assert (await tab.hear())["state"] == "paused"


async def test_groups_show_who_types(live: Live, web: Web) -> None:
    shop = await web.found()
    device = await add_device(live.db, shop.workspace_id)
    await chat_of(live, shop, device, GROUP, "Siti Aminah")
    tab = await following(live, shop, device)
    await seen(live.db, live, shop, device, SignState.RECORDING, GROUP)
    assert (await tab.hear())["senderName"] == "Siti Aminah"


async def test_a_sign_is_told_once_and_never_late(live: Live, web: Web) -> None:
    shop = await web.found()
    device = await add_device(live.db, shop.workspace_id)
    await chat_of(live, shop, device)
    await seen(live.db, live, shop, device, SignState.TYPING)
    await live.clock.advance(timedelta(seconds=8))
    tab = await following(live, shop, device)
    assert await signs_until_event(live, tab, shop, device) == []
    await seen(live.db, live, shop, device, SignState.TYPING)
    assert (await tab.hear())["state"] == "typing"
    assert await signs_until_event(live, tab, shop, device) == []


async def test_nobody_hears_of_numbers_they_were_not_granted_or_do_not_read(live: Live, web: Web) -> None:
    shop = await web.found()
    granted, other = [await add_device(live.db, shop.workspace_id) for _ in range(2)]
    for device in (granted, other):
        await chat_of(live, shop, device)
    agent = await web.person(shop.workspace_id, Role.AGENT, [granted])
    tab, plain = await following(live, agent, granted, other), await following(live, shop, granted, full=False)
    await seen(live.db, live, shop, other, SignState.TYPING)
    await seen(live.db, live, shop, granted, SignState.RECORDING)
    assert [state for _, state, _ in await signs_until_event(live, tab, shop, granted)] == ["recording"]
    assert (await plain.hear())["op"] == "event"
