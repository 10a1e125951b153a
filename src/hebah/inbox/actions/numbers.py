"""Chats with numbers nobody has written to yet: the network is asked first whether it has them, never in bulk."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hebah.access import reads as access
from hebah.access.model import Actor
from hebah.access.rules import sees
from hebah.contacts.actions import people as contacts
from hebah.devices import reads as devices
from hebah.devices.actions import asking
from hebah.devices.model import Answered, Ask, CommandKind, Device
from hebah.devices.ports import Transports
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.postgres import Connection, Database, Transaction
from hebah.inbox.model.messages import KnownAs
from hebah.inbox.rules import numbers as rules
from hebah.inbox.rules.numbers import Budget, CheckNoAnswer, Facts
from hebah.inbox.store import aliases, listing
from hebah.inbox.store import numbers as store
from hebah.messaging.address import PhoneRefused, parse_phone

_ANSWERED_WITHIN: Final = timedelta(seconds=12)
_LOOKS_APART_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class NewChat:
    """A chat somebody wants to begin; `unchecked`: also when nobody can say whether the number is on WhatsApp."""

    device_id: UUID
    phone: str = field(repr=False)
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class _Person:
    device: Device
    phone: str = field(repr=False)


async def begin(db: Database, clock: Clock, actor: Actor, wanted: NewChat, transports: Transports) -> UUID:
    """The chat of a device with a number, made where there was none; it is listed from its first message on.

    Raises FieldsInvalid for what is no telephone number, NotOnWhatsApp, and, unless `unchecked`, CheckNotConnected,
    CheckBudgetUsed or CheckNoAnswer.
    """
    async with db.transaction() as tx:
        person = await _person(tx, actor, wanted)
        asked = await _ask(tx, person, wanted, transports, clock.now())
    if asked is not None:
        await _await_answer(db, clock, actor, asked)
    now = clock.now()
    async with db.transaction() as tx:
        if await _answer(tx, person, now) is False:
            raise rules.NotOnWhatsApp()
        people = await contacts.contacts_for_phones(tx, actor.workspace_id, {person.phone: ""}, now)
        contact_id = people.get(person.phone)
        return await listing.begin_chat(tx, actor.workspace_id, person.device.id, person.phone, contact_id, now)


async def budget(connection: Connection, actor: Actor, device_id: UUID, now: datetime) -> Budget:
    """How many numbers a device may still look up."""
    device = await devices.find(connection, actor.workspace_id, device_id)
    return await _budget(connection, device, now)


async def learn(tx: Transaction, workspace_id: UUID, phone: str, lid: str | None, now: datetime) -> None:
    """The network has told of a number: that it has it, and by which other name."""
    await store.put(tx, workspace_id, phone, on_whatsapp=True, now=now)
    if lid:
        await aliases.add(tx, [KnownAs(workspace_id, phone, lid)], now)


async def learn_absence(tx: Transaction, workspace_id: UUID, phone: str, now: datetime) -> None:
    """The network has told that nobody has a number; what people agreed to or asked for stays as it is."""
    await store.put(tx, workspace_id, phone, on_whatsapp=False, now=now)


def can_check(device: Device, transports: Transports) -> bool:
    """Whether the device's transport looks numbers up."""
    able = next((each.abilities for each in transports.offered() if each.name == device.transport), None)
    return able is not None and able.number_check


async def _person(tx: Transaction, actor: Actor, wanted: NewChat) -> _Person:
    workspace = await access.find_workspace(tx, actor.workspace_id)
    parsed = parse_phone(wanted.phone, workspace.settings.region)
    if isinstance(parsed, PhoneRefused):
        raise FieldsInvalid({"phone": parsed.code.value})
    if not sees(actor, wanted.device_id):
        raise NotFound()
    # Locked, so that two who ask at once do not both use the last look-up of the day.
    return _Person(await asking.lock(tx, actor.workspace_id, wanted.device_id), parsed.e164)


async def _ask(tx: Transaction, person: _Person, wanted: NewChat, transports: Transports, now: datetime) -> UUID | None:
    device = person.device
    facts = Facts(
        is_known=await store.is_known(tx, device.workspace_id, person.phone),
        answer=await _answer(tx, person, now),
        can_check=can_check(device, transports),
        is_online=asking.is_within_reach(device),
        budget=await _budget(tx, device, now),
        unchecked=wanted.unchecked,
    )
    if not rules.must_ask(facts):
        return None
    ask = Ask(CommandKind.CHECK_NUMBER, person.phone, {"phone": person.phone}, now + _ANSWERED_WITHIN)
    return await asking.ask(tx, device, ask, now)


async def _await_answer(db: Database, clock: Clock, actor: Actor, ask_id: UUID) -> None:
    """Return once it is done; the gateway may be another process, so the row is looked at."""
    try:
        async with asyncio.timeout(_ANSWERED_WITHIN.total_seconds()):
            while (found := await _look(db, actor, ask_id)) is None or found.outcome is None:  # noqa: ASYNC110
                await asyncio.sleep(_LOOKS_APART_S)
    except TimeoutError:
        found = None
    if found is None or found.outcome != "done":
        async with db.transaction() as tx:
            await asking.give_up(tx, actor.workspace_id, ask_id, clock.now())
        raise CheckNoAnswer()


async def _look(db: Database, actor: Actor, ask_id: UUID) -> Answered | None:
    async with db.connection() as connection:
        return await devices.find_ask(connection, actor.workspace_id, ask_id)


async def _answer(connection: Connection, person: _Person, now: datetime) -> bool | None:
    since = now - rules.ANSWERS_LAST
    return await store.find(connection, person.device.workspace_id, person.phone, since)


async def _budget(connection: Connection, device: Device, now: datetime) -> Budget:
    workspace = await access.find_workspace(connection, device.workspace_id)
    since = now - rules.BUDGET_OVER
    used, oldest = await devices.asked_since(connection, device, CommandKind.CHECK_NUMBER, since)
    return rules.budget_of(workspace.settings.number_checks, used, oldest)
