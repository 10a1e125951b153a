"""Typing, both ways: what colleagues do in a chat goes to the other side and to each other, theirs comes to browsers.

Signs are no events: they may be lost, and are never told late.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid5

from hebah.access import reads as access
from hebah.access.model import Actor
from hebah.access.rules import sees
from hebah.devices import reads as devices
from hebah.devices.actions import asking
from hebah.devices.model import Ask, CommandKind, Device
from hebah.devices.ports import Transports
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Database, Topic, Transaction
from hebah.inbox.model.fetched import SeenSign, SignState
from hebah.inbox.rules import signs as rules
from hebah.inbox.rules.signs import Sign
from hebah.inbox.store import aliases, listing
from hebah.inbox.store import signs as store
from hebah.inbox.store.listing import ChatPlace, LockedChat
from hebah.inbox.store.signs import Place
from hebah.messaging.chataddress import lid_of
from hebah.messaging.said import ByHand

_SIGNS = UUID("2d6f8a1c-3b5e-5f47-8d2a-1c9e7b4f6a30")
# Later than this a sign would be a lie.
_SHOWN_WITHIN: Final = timedelta(seconds=3)
# A browser that goes away in the middle of a word must not leave us typing.
_RENEWED_WITHIN: Final = timedelta(seconds=10)
_AFTER_SENDING: Final = timedelta(seconds=1)


@lru_cache(maxsize=4096)
def topic_of(workspace_id: UUID) -> UUID:
    """Where the signs of a workspace are announced."""
    return uuid5(_SIGNS, str(workspace_id))


async def give(
    db: Database, clock: Clock, actor: Actor, chat_id: UUID, state: SignState, transports: Transports
) -> None:
    """Show colleagues and, where its number can, the other side what somebody does in a chat."""
    now = clock.now()
    async with db.transaction() as tx:
        chat = await listing.find_chat(tx, actor.workspace_id, chat_id)
        if chat is None or not sees(actor, chat.device_id):
            raise NotFound()
        place = Place(actor.workspace_id, chat.device_id, chat.id, actor.user_id)
        before = await store.find(tx, place)
        if not rules.is_news(before, state, now):
            return
        await _put(tx, place, actor, Sign(state, rules.began(before, now), now))
        if (device := await _able(tx, actor, chat, transports)) is not None:
            await _show(tx, device, chat, state, now, until=now + _RENEWED_WITHIN)


async def before_saying(
    tx: Transaction, actor: Actor, chat: LockedChat, said: ByHand, transports: Transports, now: datetime
) -> datetime:
    """When something said by hand should go out: as long after now as the other side is still to see it being written.

    It waits in the outbox, where nothing else of its device waits for it.
    """
    place = Place(actor.workspace_id, chat.device_id, chat.id, actor.user_id)
    before = await store.find(tx, place)
    if before is not None:
        await _put(tx, place, actor, Sign(SignState.PAUSED, now, now))
    state, wanted = rules.sign_for(said)
    left = rules.still_to_show(wanted, before, now)
    if not left:
        return now
    device = await _able(tx, actor, chat, transports)
    if device is None:
        return now
    await _show(tx, device, chat, state, now, until=now + left + _AFTER_SENDING)
    return now + left


async def see(tx: Transaction, seen: Sequence[SeenSign], now: datetime) -> None:
    """What links have seen people do."""
    hidden = {(one.workspace_id, lid) for one in seen for lid in (lid_of(one.address), lid_of(one.sender)) if lid}
    phones = await aliases.phones_of(tx, hidden) if hidden else {}

    def best(workspace_id: UUID, address: str) -> str:
        return phones.get((workspace_id, lid_of(address) or ""), address)

    # One sign of each person in a chat: the last.
    known = {
        (one.workspace_id, one.device_id, best(one.workspace_id, one.address), best(one.workspace_id, one.sender)): one
        for one in seen
    }
    named = [SeenSign(*key, one.state) for key, one in known.items()]
    for workspace_id in await store.see(tx, named, now):
        tx.touched.add(Topic(workspace_id, topic_of(workspace_id)))


async def _able(tx: Transaction, actor: Actor, chat: LockedChat | ChatPlace, transports: Transports) -> Device | None:
    """The chat's device, when its people want typing shown and it can be just now."""
    workspace = await access.find_workspace(tx, actor.workspace_id)
    if not workspace.settings.typing_on:
        return None
    device = await devices.find(tx, actor.workspace_id, chat.device_id)
    able = next((each.abilities for each in transports.offered() if each.name == device.transport), None)
    return device if able is not None and able.typing and asking.is_within_reach(device) else None


async def _show(
    tx: Transaction, device: Device, chat: LockedChat | ChatPlace, state: SignState, now: datetime, *, until: datetime
) -> None:
    details = {"address": chat.address, "state": state, "until": until.isoformat()}
    await asking.show(tx, device, Ask(CommandKind.TYPING, str(chat.id), details, now + _SHOWN_WITHIN), now)


async def _put(tx: Transaction, place: Place, actor: Actor, sign: Sign) -> None:
    await store.put(tx, place, actor.name, sign)
    tx.touched.add(Topic(place.workspace_id, topic_of(place.workspace_id)))
