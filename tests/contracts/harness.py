"""What the transport contract needs from the world around a transport: phones, people, trouble and time.

One harness per transport. Every number given out is fresh, so that a transport to a real network can run the suite too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import uuid4

from hebah.devices.model import DeviceState
from hebah.gateway.incoming import ChatNews, LinkEvent, MediaAsked, MessageArrived, StateChanged
from hebah.gateway.outgoing import ChatKept, Outgoing, TextOut, TypingState
from hebah.gateway.transport import ByQr, DeviceRef, Link, Linked, LinkStep, QrShown, Transport
from hebah.messaging.said import MessageKind, Notice, Said

T = TypeVar("T")
E = TypeVar("E", bound=LinkEvent)

# Real seconds after which a test gives up.
DEADLINE_S = 30


@dataclass(frozen=True)
class Received:
    """A message as it reached the other side."""

    wire_id: str
    kind: str


class Harness(Protocol):
    """The world around one transport. People read and answer whatever reaches them."""

    @property
    def transport(self) -> Transport:
        """The transport under test, ready to link."""
        ...

    @property
    def refusals(self) -> tuple[str, ...]:
        """The codes of refusals that this network can be made to give."""
        ...

    @property
    def many(self) -> int:
        """More messages than anybody should hold unread."""
        ...

    def now(self) -> datetime:
        """Business time."""
        ...

    async def pass_time(self, by: timedelta) -> None:
        """Let business time go by, and let everything due happen."""
        ...

    async def wait(self, task: asyncio.Future[T], within: timedelta) -> None:
        """Let business time go by until the task is done, or until it should have been."""
        ...

    # Phones and people

    async def new_phone(self) -> str:
        """A phone that can scan; its number."""
        ...

    async def new_person(self) -> str:
        """Somebody with WhatsApp to write to; their number."""
        ...

    async def absent_person(self) -> str:
        """A number that is not on WhatsApp."""
        ...

    async def scan(self, qr_text: str, phone: str) -> None:
        """The phone scans a picture."""
        ...

    def linked(self, device: DeviceRef, phone: str) -> None:
        """A slot has been linked to the phone that scanned last."""
        ...

    async def type_code(self, code: str, phone: str) -> None:
        """The phone's owner types a link code."""
        ...

    async def type_message(self, phone: str, to: str, said: Said, file: bytes = b"") -> str:
        """The phone's owner writes on the phone itself; the wire id."""
        ...

    async def write(self, sender: str, to: str, said: Said, file: bytes = b"") -> str:
        """A person writes to a phone; the wire id. What it is about is said as the phone sees it."""
        ...

    async def write_in_group(self, sender: str, to: str, said: Said) -> tuple[str, str]:
        """A person writes in a group that the phone is in; the group's address and the wire id."""
        ...

    async def make_group(self, subject: str, *members: str) -> str:
        """Somebody makes a group, its owner first; its address."""
        ...

    async def change_group(self, group: str, change: Notice) -> None:
        """Somebody does to a group what the notice says."""
        ...

    async def show_picture(self, whose: str, jpeg: bytes) -> None:
        """A person, a group or one of our phones gets a picture."""
        ...

    async def keep_on_phone(self, phone: str, chat: str, news: ChatNews) -> None:
        """The phone's owner does to a chat on the phone what the news says."""
        ...

    async def kept_on_phone(self, phone: str, chat: str) -> list[ChatKept]:
        """What the phone keeps of a chat because a device has told it to."""
        ...

    async def write_by_lid(self, to: str, said: Said) -> str:
        """Somebody whose number nobody knows writes to a phone; their address."""
        ...

    async def reveal_lid(self, sender: str, to: str, said: Said) -> str:
        """A person writes to a phone, and the message shows their LID; its digits."""
        ...

    async def read_on_phone(self, phone: str, chat: str, wire_id: str) -> None:
        """The phone's owner reads a message on the phone."""
        ...

    async def type_to(self, sender: str, to: str, state: TypingState) -> None:
        """A person begins or ends writing to a phone."""
        ...

    async def received(self, to: str) -> list[Received]:
        """What has reached a person, in order."""
        ...

    async def drop_files(self) -> None:
        """The network forgets every file, and no phone has one any more."""
        ...

    async def damage_files(self) -> None:
        """Every file on the network is changed by one bit."""
        ...

    async def offer_history(self, phone: str, chat: str, bodies: list[str]) -> None:
        """The phone packs older messages of a chat for its devices."""
        ...

    # States of a link and of an account

    async def cut(self, device: DeviceRef) -> None:
        """Break the connection of a link."""
        ...

    async def log_out(self, device: DeviceRef) -> None:
        """The phone's owner ends the link."""
        ...

    async def replace(self, device: DeviceRef) -> None:
        """Another connection of the same device takes over."""
        ...

    async def ban(self, phone: str, until: datetime) -> None:
        """Shut an account out until then."""
        ...

    async def restrict(self, phone: str, until: datetime) -> None:
        """Let an account write to nobody new until then."""
        ...

    async def outdate(self, phone: str) -> None:
        """Tell the links of an account that their software is too old."""
        ...

    # Trouble with one message

    async def refuse_next(self, device: DeviceRef, code: str) -> None:
        """The network says no to the next send."""
        ...

    async def lose_next_answer(self, device: DeviceRef) -> None:
        """The next send goes out and is never answered."""
        ...

    async def delay_next_answer(self, device: DeviceRef) -> None:
        """The next send goes out and is answered after the transport gave up."""
        ...

    async def cut_at_next_send(self, device: DeviceRef) -> None:
        """The next send goes out, then the link breaks."""
        ...

    async def duplicate_next(self, device: DeviceRef) -> None:
        """The next durable event is delivered twice."""
        ...


def new_device() -> DeviceRef:
    """A slot nobody knows yet."""
    return DeviceRef(uuid4(), uuid4())


def message(to: str, wire_id: str, body: str = "Selamat pagi, kedai buka hari ini") -> Outgoing:
    """A text with our own wire id."""
    return Outgoing(wire_id, to, TextOut(body))


def words(body: str) -> Said:
    """A text as its sender says it."""
    return Said(MessageKind.TEXT, body)


async def until(harness: Harness, awaited: Awaitable[T], within: timedelta = timedelta(minutes=12)) -> T:
    """The result, once business time has gone on far enough; fails when it does not come within that time."""
    task = asyncio.ensure_future(awaited)
    try:
        async with asyncio.timeout(DEADLINE_S):
            await harness.wait(task, within)
        assert task.done(), f"nothing came within {within}"
        return await task
    finally:
        task.cancel()


async def linked_phone(harness: Harness, device: DeviceRef) -> str:
    """Link the slot to a new phone by QR."""
    phone = await harness.new_phone()

    async def link() -> LinkStep:
        step: LinkStep | None = None
        async for step in harness.transport.link(device, ByQr()):
            if isinstance(step, QrShown):
                await harness.scan(step.text, phone)
        assert step is not None
        return step

    assert isinstance(await until(harness, link()), Linked)
    harness.linked(device, phone)
    return phone


async def next_event(
    harness: Harness, link: Link, kind: type[E], *, matches: Callable[[E], bool] | None = None, stores: bool = True
) -> E:
    """Read on to the next event of a kind; what is read is acknowledged, as by a gateway that stored it."""

    async def read() -> E:
        async for event in link.events():
            if stores:
                await link.acknowledge(event)
            if isinstance(event, kind) and (matches is None or matches(event)):
                return event
        raise AssertionError("the link ended")

    return await until(harness, read())


async def next_message(harness: Harness, link: Link, kind: MessageKind) -> MessageArrived:
    """Read on to the next message of this kind."""
    return await next_event(harness, link, MessageArrived, matches=lambda event: event.said.kind is kind)


async def every_event(harness: Harness, link: Link, during: timedelta, *, stores: bool = True) -> list[LinkEvent]:
    """All that happens on a link during that time."""
    seen: list[LinkEvent] = []

    async def read() -> None:
        async for event in link.events():
            seen.append(event)
            if stores:
                await link.acknowledge(event)

    reading = asyncio.ensure_future(read())
    await harness.pass_time(timedelta(0))
    for _ in range(int(during.total_seconds())):
        await harness.pass_time(timedelta(seconds=1))
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return seen


async def state(harness: Harness, link: Link, *wanted: DeviceState) -> StateChanged:
    """Read on until the link reports one of these states."""
    return await next_event(harness, link, StateChanged, matches=lambda event: event.state in wanted)


async def online(harness: Harness, device: DeviceRef, epoch: int = 1) -> Link:
    """Open a linked slot and wait until it is online."""
    link = await harness.transport.open(device, epoch)
    await state(harness, link, DeviceState.ONLINE)
    return link


async def comes_again(
    harness: Harness, device: DeviceRef, link: Link, earlier: MessageArrived
) -> tuple[MessageArrived, Link]:
    """The same message once more: on this link, or on the next one where the transport gives this one up for it."""

    async def read(link: Link) -> MessageArrived | None:
        async for event in link.events():
            if isinstance(event, MessageArrived) and event.wire_id == earlier.wire_id:
                return event
            if isinstance(event, StateChanged) and event.state is DeviceState.WAITING:
                return None
        return None

    again = await until(harness, read(link))
    if again is None:
        await link.close()
        link = await harness.transport.open(device, 1)
        again = await until(harness, read(link))
    assert again is not None, "it did not come again"
    return again, link


def asked_for(arrived: MessageArrived) -> MediaAsked:
    """The file of a message."""
    assert arrived.said.media is not None
    return MediaAsked(arrived.said.media.ref, arrived.chat, arrived.sender, arrived.wire_id, from_me=arrived.from_me)
