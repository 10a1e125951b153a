"""Routes for the pretended phones of a demo: make one, let it scan, let people write to it, cut it off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal, Protocol
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from hebah.access import reads as access
from hebah.access.model import Actor, Permission
from hebah.foundation.clock import Clock
from hebah.foundation.errors import Conflict, FieldsInvalid, Invalid, NotFound
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, View
from hebah.gateway.transport import DeviceRef
from hebah.messaging.address import PhoneRefused, parse_phone

LINKED: Final = "linked"
NO_SUCH_CODE: Final = "no_such_code"
LONGEST_BODY = 4096
LONGEST_NAME = 80
MOST_PHONES = 500
LONGEST_TROUBLE_S = 7 * 24 * 3600


class Phone(Protocol):
    """A pretended phone; `links` are the slots it is linked to."""

    @property
    def number(self) -> str:
        """In E.164."""
        ...

    @property
    def name(self) -> str:
        """What its owner calls it."""
        ...

    @property
    def links(self) -> tuple[DeviceRef, ...]:
        """Oldest first."""
        ...


class PhoneNetwork(Protocol):
    """What these routes ask of the pretended network."""

    def phones(self) -> Sequence[Phone]:
        """Every phone, oldest first."""
        ...

    def make_phone(self, name: str | None = None) -> Phone:
        """A phone on the next free number."""
        ...

    def scan(self, qr_text: str, phone: str) -> str:
        """The phone scans a picture; gives the word for what came of it."""
        ...

    def type_code(self, code: str, phone: str) -> str:
        """The phone's owner types a code; gives the word for what came of it."""
        ...

    def write(self, sender: str, to: str, body: str) -> str:
        """A person writes to a phone."""
        ...

    def cut(self, device: DeviceRef, until: datetime | None = None) -> None:
        """Break a link's connection until then."""
        ...

    def log_out(self, device: DeviceRef) -> None:
        """End a link for good."""
        ...

    def replace(self, device: DeviceRef) -> None:
        """Let another connection of the same device take over."""
        ...

    def fault_next(self, device: DeviceRef, fault: str) -> None:
        """Say no to the next send of a link, with this word."""
        ...

    def restrict(self, phone: str, until: datetime) -> None:
        """Let the account write only to those who wrote to it."""
        ...

    def ban(self, phone: str, until: datetime | None = None) -> None:
        """Shut the account out."""
        ...

    def outdate(self, phone: str) -> None:
        """Refuse the account's links as too old."""
        ...

    def lift(self, phone: str) -> None:
        """Restore the account's good standing."""
        ...


class SimulatedOff(Conflict):
    """This workspace uses no pretended numbers, or this process has none."""

    code = "simulated_off"
    sentence = "Simulated numbers are switched off here."


class CodeNotKnown(Invalid):
    """No linking shows this picture or code (any more)."""

    code = "code_not_known"
    sentence = "This code is not shown anywhere now; it may have been renewed."


class PhoneRefusesLink(Invalid):
    """The phone cannot be linked with this code; `reason` says why."""

    code = "phone_refuses_link"
    sentence = "The phone cannot be linked: {reason}."
    reason: str


class TooManyPhones(Conflict):
    """More pretended phones than a demo needs."""

    code = "too_many_phones"
    sentence = "There are {limit} simulated phones already; that is the most there can be."
    limit: int


class SimulatedPhone(View):
    """A pretended phone, with the slots of this workspace it is linked to."""

    phone: str
    name: str
    linked_device_ids: list[UUID]


class SimulatedPhoneList(View):
    """Every pretended phone a workspace may use."""

    items: list[SimulatedPhone]


class SimulatedPhoneInput(Input):
    """A new phone."""

    name: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)] | None = None


class SimulatedScanInput(Input):
    """What the phone's owner sees: the text of a QR picture, or a code to type."""

    shown: str


class SimulatedSayInput(Input):
    """What somebody writes to the phone."""

    sender: str = msgspec.field(name="from")
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_BODY)]


class SimulatedCutInput(Input):
    """For how long the phone's links stay without a connection."""

    seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)]


class SimulatedTrouble(StrEnum):
    """What WhatsApp may do to a number, here on command."""

    RESTRICT = "restrict"
    BAN = "ban"
    OUTDATE = "outdate"
    REPLACE = "replace"
    LIFT = "lift"


class SimulatedTroubleInput(Input):
    """What befalls the phone, and for how long; without a time a ban lasts and a restriction takes an hour."""

    trouble: SimulatedTrouble
    seconds: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_TROUBLE_S)] | None = None


class SimulatedRefusalInput(Input):
    """How many of the phone's next messages are refused, and with which word."""

    count: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    code: Literal["rejected", "not_on_whatsapp", "blocked", "restricted"] = "rejected"


Network = Injected[PhoneNetwork | None]


@get("/api/simulated/phones", permission=Permission.SIMULATED_USE)
async def list_phones(actor: Injected[Actor], db: Injected[Database], simulated: Network) -> SimulatedPhoneList:
    """Phones that are free, or linked to this workspace."""
    network = await _network(db, actor, simulated)
    phones = [phone for phone in network.phones() if _is_theirs(phone, actor)]
    return SimulatedPhoneList(items=[_view(phone, actor) for phone in phones])


@post("/api/simulated/phones", permission=Permission.SIMULATED_USE)
async def make_phone(
    data: JSONBody[SimulatedPhoneInput], actor: Injected[Actor], db: Injected[Database], simulated: Network
) -> SimulatedPhone:
    """A new phone on the next free number."""
    network = await _network(db, actor, simulated)
    if len(network.phones()) >= MOST_PHONES:
        raise TooManyPhones(MOST_PHONES)
    return _view(network.make_phone((data.name or "").strip() or None), actor)


@post("/api/simulated/phones/{phone:str}/scan", permission=Permission.SIMULATED_USE, status_code=204)
async def scan(
    phone: FromPath[str],
    data: JSONBody[SimulatedScanInput],
    actor: Injected[Actor],
    db: Injected[Database],
    simulated: Network,
) -> None:
    """The phone scans a picture, or its owner types a code."""
    network = await _network(db, actor, simulated)
    number = _find(network, actor, phone).number
    outcome = network.scan(data.shown, number)
    if outcome == NO_SUCH_CODE:
        outcome = network.type_code(data.shown, number)
    if outcome == NO_SUCH_CODE:
        raise CodeNotKnown()
    if outcome != LINKED:
        raise PhoneRefusesLink(str(outcome))


@post("/api/simulated/phones/{phone:str}/say", permission=Permission.SIMULATED_USE, status_code=204)
async def say(
    phone: FromPath[str],
    data: JSONBody[SimulatedSayInput],
    actor: Injected[Actor],
    db: Injected[Database],
    simulated: Network,
) -> None:
    """A person writes to the phone."""
    network = await _network(db, actor, simulated)
    number = _find(network, actor, phone).number
    sender = parse_phone(data.sender)
    if isinstance(sender, PhoneRefused):
        raise FieldsInvalid({"from": sender.code.value})
    network.write(sender.e164, number, data.body)


@post("/api/simulated/phones/{phone:str}/cut", permission=Permission.SIMULATED_USE, status_code=204)
async def cut(
    phone: FromPath[str],
    data: JSONBody[SimulatedCutInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    simulated: Network,
) -> None:
    """Break the phone's connections, and let none come up for a while."""
    network = await _network(db, actor, simulated)
    until = clock.now() + timedelta(seconds=data.seconds)
    for ref in _theirs(_find(network, actor, phone), actor):
        network.cut(ref, until)


@post("/api/simulated/phones/{phone:str}/trouble", permission=Permission.SIMULATED_USE, status_code=204)
async def trouble(
    phone: FromPath[str],
    data: JSONBody[SimulatedTroubleInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
    simulated: Network,
) -> None:
    """Restrict, ban, outdate or replace the phone as WhatsApp would, or make everything good again."""
    network = await _network(db, actor, simulated)
    found = _find(network, actor, phone)
    until = None if data.seconds is None else clock.now() + timedelta(seconds=data.seconds)
    match data.trouble:
        case SimulatedTrouble.RESTRICT:
            network.restrict(found.number, until or clock.now() + timedelta(hours=1))
        case SimulatedTrouble.BAN:
            network.ban(found.number, until)
        case SimulatedTrouble.OUTDATE:
            network.outdate(found.number)
        case SimulatedTrouble.LIFT:
            network.lift(found.number)
        case SimulatedTrouble.REPLACE:
            for ref in _theirs(found, actor):
                network.replace(ref)


@post("/api/simulated/phones/{phone:str}/refuse", permission=Permission.SIMULATED_USE, status_code=204)
async def refuse(
    phone: FromPath[str],
    data: JSONBody[SimulatedRefusalInput],
    actor: Injected[Actor],
    db: Injected[Database],
    simulated: Network,
) -> None:
    """The network says no to the phone's next messages."""
    network = await _network(db, actor, simulated)
    for ref in _theirs(_find(network, actor, phone), actor):
        for _ in range(data.count):
            network.fault_next(ref, data.code)


@post("/api/simulated/phones/{phone:str}/unlink", permission=Permission.SIMULATED_USE, status_code=204)
async def unlink(phone: FromPath[str], actor: Injected[Actor], db: Injected[Database], simulated: Network) -> None:
    """The phone's owner ends its links."""
    network = await _network(db, actor, simulated)
    for ref in _theirs(_find(network, actor, phone), actor):
        network.log_out(ref)


async def _network(db: Database, actor: Actor, simulated: PhoneNetwork | None) -> PhoneNetwork:
    async with db.connection() as connection:
        workspace = await access.find_workspace(connection, actor.workspace_id)
    if simulated is None or not workspace.settings.simulated_on:
        raise SimulatedOff()
    return simulated


def _find(network: PhoneNetwork, actor: Actor, number: str) -> Phone:
    for phone in network.phones():
        if phone.number == number and _is_theirs(phone, actor):
            return phone
    raise NotFound()


def _is_theirs(phone: Phone, actor: Actor) -> bool:
    return not phone.links or bool(_theirs(phone, actor))


def _theirs(phone: Phone, actor: Actor) -> list[DeviceRef]:
    return [ref for ref in phone.links if ref.workspace_id == actor.workspace_id]


def _view(phone: Phone, actor: Actor) -> SimulatedPhone:
    linked = [ref.device_id for ref in _theirs(phone, actor)]
    return SimulatedPhone(phone=phone.number, name=phone.name, linked_device_ids=linked)


ROUTES = (list_phones, make_phone, scan, say, cut, trouble, refuse, unlink)
