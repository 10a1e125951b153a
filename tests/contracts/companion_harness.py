"""Companions on a network of this machine, as the contract suite drives them: the real library, in real time."""

import asyncio
import itertools
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest

from hebah.adapters.transports.companion.settings import CompanionSettings, Waits
from hebah.adapters.transports.companion.shard import CLOSED
from hebah.adapters.transports.companion.transport import CompanionTransport
from hebah.foundation.clock import SystemClock
from hebah.gateway.incoming import ChatNews
from hebah.gateway.outgoing import ChatKept, TypingState
from hebah.gateway.transport import DeviceRef, Transport
from hebah.messaging.said import Notice, NoticeCode, Said
from tests.contracts.companion_words import SEALED_AS, kept_of, kept_on_phone, wire_message
from tests.contracts.harness import Received
from tests.network import controls, messages, phones
from tests.network.accounts import Account, Behaviour
from tests.network.historysync import Chunk, Conversation, HistoryKind, StoredMessage
from tests.network.linking import LinkingError
from tests.network.mediaretry import PhoneAnswer
from tests.network.membership import GroupChange
from tests.network.network import Network
from tests.network.nodes import Jid, Node
from tests.network.settings import Setting

T = TypeVar("T")

PROGRAM = Path(sys.executable).with_name("hebah-companion-testnet")
# A second of business time, as far as a test only waits for it to go by.
SECOND_S = 0.003
SEND_S = 1.5
WAITS = Waits(qr_first=0.6, qr_next=0.3, send=SEND_S, patience=2.5, command=10, close=5, drain=5, margin=9)
POLITE = Behaviour(reads=True, reply="Baik, terima kasih", after=0.02, eager=True)
CODES = {"restricted": 463, "banned": 402, "too_large": 413, "not_on_whatsapp": 404, "rejected": 479}

GROUP_CHANGES = {
    NoticeCode.RENAMED: GroupChange.RENAME,
    NoticeCode.ADDED: GroupChange.ADD,
    NoticeCode.REMOVED: GroupChange.REMOVE,
    NoticeCode.LEFT: GroupChange.REMOVE,
    NoticeCode.PROMOTED: GroupChange.PROMOTE,
    NoticeCode.DEMOTED: GroupChange.DEMOTE,
    NoticeCode.ADMINS_WRITE: GroupChange.ADMINS_WRITE,
    NoticeCode.ALL_WRITE: GroupChange.ALL_WRITE,
}


class CompanionHarness:
    """A network in this process, a companion beside it."""

    refusals = tuple(CODES)
    many = 60

    def __init__(self, network: Network, transport: CompanionTransport, numbers: Iterator[int]) -> None:
        self.network = network
        self._names: dict[DeviceRef, str] = {}  # of devices, as the network calls them
        self._scanned: dict[str, str] = {}
        self._transport = transport
        self._clock = SystemClock()
        self._numbers = numbers
        self._files: list[tuple[str, str]] = []
        self._watching: list[asyncio.Future[None]] = []

    @property
    def transport(self) -> Transport:
        return self._transport

    @property
    def companions(self) -> CompanionTransport:
        """The same with what only this transport has."""
        return self._transport

    def name_of(self, device: DeviceRef) -> str:
        """What the network calls a device."""
        return self._names[device]

    def now(self) -> datetime:
        return self._clock.now()

    async def pass_time(self, by: timedelta) -> None:
        await asyncio.sleep(by.total_seconds() * SECOND_S)

    async def wait(self, task: asyncio.Future[T], within: timedelta) -> None:
        await asyncio.wait([task])

    # Phones and people

    async def new_phone(self) -> str:
        return f"+{await self.network.account(self._number(), 'Kedai')}"

    async def new_person(self) -> str:
        return f"+{await self.network.person(self._number(), 'Aminah', POLITE)}"

    async def absent_person(self) -> str:
        return f"+{self._number()}"

    def _number(self) -> str:
        return str(next(self._numbers))

    async def scan(self, qr_text: str, phone: str) -> None:
        with suppress(LinkingError, ConnectionError):  # the phone says so to its owner
            self._scanned[phone] = await self.network.scan(qr_text, phone)

    async def type_code(self, code: str, phone: str) -> None:
        with suppress(LinkingError, ConnectionError):
            self._scanned[phone] = await self.network.type_code(code, phone)

    def linked(self, device: DeviceRef, phone: str) -> None:
        self._names[device] = self._scanned[phone]

    async def type_message(self, phone: str, to: str, said: Said, file: bytes = b"") -> str:
        message = await self._message(said, phone, to, file)
        return self._noted(phone, await self.network.type_message(phone, to, message), file)

    async def write(self, sender: str, to: str, said: Said, file: bytes = b"") -> str:
        message = await self._message(said, sender, to, file)
        return self._noted(to, await self.network.write(sender, to, message), file)

    async def write_in_group(self, sender: str, to: str, said: Said) -> tuple[str, str]:
        number = next(self._numbers)
        account, phone = self._account(sender), self._account(to)
        named = {"participant": account.lid, "participant_pn": account.pn, "addressing_mode": "lid"}
        wire_id = self._deliver(account, phone, {"from": Jid(f"{number}@g.us"), **named}, messages.text(said.body))
        return f"group:{number}", wire_id

    async def make_group(self, subject: str, *members: str) -> str:
        return f"group:{await self.network.group(subject, members, told=True)}"

    async def change_group(self, group: str, change: Notice) -> None:
        what = GROUP_CHANGES[change.code]
        await self.network.change_group(group.removeprefix("group:"), change.by, what, change.people, change.words)

    async def show_picture(self, whose: str, jpeg: bytes) -> None:
        await self.network.picture(whose.removeprefix("group:"), jpeg)

    async def keep_on_phone(self, phone: str, chat: str, news: ChatNews) -> None:
        for device in self._account(phone).devices.values():
            await self.network.share_keys(device.name)
        await self.network.keep(phone, chat.removeprefix("group:"), kept_on_phone(news))

    async def kept_on_phone(self, phone: str, chat: str) -> list[ChatKept]:
        kept = await self.network.kept(phone, chat.removeprefix("group:"))
        return [kept_of(one) for one in kept if one.setting is not Setting.NAMED]

    async def write_by_lid(self, to: str, said: Said) -> str:
        stranger = self._account(await self.new_person())
        self._deliver(stranger, self._account(to), {"from": stranger.lid}, messages.text(said.body))
        return f"lid:{stranger.lid.user}"

    async def reveal_lid(self, sender: str, to: str, said: Said) -> str:
        await self.network.write(sender, to, messages.text(said.body), by=controls.By.LID)
        return self._account(sender).lid.user

    async def read_on_phone(self, phone: str, chat: str, wire_id: str) -> None:
        await self.network.read_on_phone(phone, chat, [wire_id])

    async def type_to(self, sender: str, to: str, state: TypingState) -> None:
        await self.network.typing(sender, to, controls.TypingState(state.value))

    async def received(self, to: str) -> list[Received]:
        return [Received(one.wire_id, one.kind) for one in await self.network.received(to) if one.device]

    async def drop_files(self) -> None:
        for phone, wire_id in self._files:
            await self.network.forget_media(phone, wire_id, 404, PhoneAnswer.NOT_FOUND)

    async def damage_files(self) -> None:
        files = self.network._hub.media.files
        for path, blob in files.items():
            files[path] = blob[:40] + bytes([blob[40] ^ 1]) + blob[41:]

    async def offer_history(self, phone: str, chat: str, bodies: list[str]) -> None:
        account, person = self._account(phone), self._account(chat)
        at = int(time.time()) - 86_400
        stored = [
            StoredMessage(messages.Key(str(person.pn), f"3AOLD{number}"), messages.text(body), at + number)
            for number, body in enumerate(bodies)
        ]
        talk = Conversation(str(person.pn), stored[::-1], "Aminah", last_at=at + len(bodies))
        [device] = account.devices.values()
        await self.network.offer_history(device.name, Chunk(HistoryKind.RECENT, [talk], progress=40))

    async def _message(self, said: Said, sender: str, to: str, file: bytes) -> bytes:
        reader = str(self._account(to).lid)
        if said.media is None:
            return wire_message(said, reader)
        placed = await self.network.upload(file, SEALED_AS[said.kind])
        facts = messages.File(
            placed.sealed, placed.direct_path, said.media.mime, width=said.media.width, height=said.media.height
        )
        return wire_message(said, reader, facts)

    def _noted(self, phone: str, wire_id: str, file: bytes) -> str:
        if file:
            self._files.append((phone, wire_id))
        return wire_id

    def _deliver(self, sender: Account, to: Account, named: dict[str, str], message: bytes) -> str:
        """A message whose stanza says no more than this of its sender."""
        hub = self.network._hub
        [device] = to.devices.values()
        if not sender.phone.has_session(device.signal_name):
            sender.phone.start(device.signal_name, device.bundle())
        kind, data = sender.phone.encrypt(device.signal_name, message)
        wire_id = hub.wire_id()
        attrs = {"id": wire_id, "t": str(hub.now()), "type": "text", "notify": sender.name, **named}
        phones.deliver(hub, device, Node("message", attrs, [Node("enc", {"v": "2", "type": kind}, data)]))
        return wire_id

    def _account(self, phone: str) -> Account:
        return self.network._hub.directory.get(phone)

    # States of a link and of an account

    async def cut(self, device: DeviceRef) -> None:
        await self.network.cut(self._names[device])

    async def log_out(self, device: DeviceRef) -> None:
        await self.network.unlink(self._names[device])

    async def replace(self, device: DeviceRef) -> None:
        await self.network.replace(self._names[device])

    async def ban(self, phone: str, until: datetime) -> None:
        await self.network.ban(phone, 101, round((until - self.now()).total_seconds()))

    async def restrict(self, phone: str, until: datetime) -> None:
        await self.network.restrict(phone, int(until.timestamp()))

    async def outdate(self, phone: str) -> None:
        await self.network.outdated(phone)

    # Trouble with one message

    async def refuse_next(self, device: DeviceRef, code: str) -> None:
        await self.network.refuse_next(self._names[device], CODES[code])

    async def lose_next_answer(self, device: DeviceRef) -> None:
        await self.network.swallow_acks(self._names[device])

    async def delay_next_answer(self, device: DeviceRef) -> None:
        await self.network.delay_acks(self._names[device], SEND_S + 0.3)

    async def cut_at_next_send(self, device: DeviceRef) -> None:
        await self.network.swallow_acks(self._names[device])
        self._watching.append(asyncio.ensure_future(self._cut_after_send(self._names[device])))

    async def duplicate_next(self, device: DeviceRef) -> None:
        await self.network.duplicate_next(self._names[device])

    def stop_watching(self) -> None:
        """Let go of what still waits for a send."""
        for watching in self._watching:
            watching.cancel()

    async def _cut_after_send(self, name: str) -> None:
        before = len(await self.network.sent())
        while len(await self.network.sent()) == before:  # noqa: ASYNC110 - the network tells nobody
            await asyncio.sleep(0.005)
        await self.network.cut(name)


class CompanionWorld:
    """One network and, as long as no test closes it, one transport for many tests; every test has fresh numbers."""

    def __init__(self, network: Network, folder: Path, database_url: str, kept: AsyncExitStack) -> None:
        self._settings = CompanionSettings(
            program=PROGRAM,
            database_url=database_url,
            sealing_key=bytes(range(32)),
            spool=folder / "spool",
            connections=8,
            environment={"HEBAH_TESTNET": str(network.settings_file)},
            waits=WAITS,
        )
        self._network = network
        self._kept = kept
        self._numbers = itertools.count(60_11_0000_0001)
        self._transport: CompanionTransport | None = None

    @asynccontextmanager
    async def harness(self) -> AsyncIterator[CompanionHarness]:
        """The world for one test; what the test leaves open is closed."""
        if self._transport is None:
            self._transport = await self._kept.enter_async_context(CompanionTransport(self._settings))
        harness = CompanionHarness(self._network, self._transport, self._numbers)
        try:
            yield harness
        finally:
            harness.stop_watching()
            await asyncio.gather(*(link.close() for link in list(self._transport._links.values())))
            if any(shard.cause == CLOSED for shard in self._transport._shards):
                self._transport = None


@asynccontextmanager
async def companion_world(database_url: str) -> AsyncIterator[CompanionWorld]:
    """A network and companions on a database of their own."""
    if not PROGRAM.exists():
        pytest.fail("the companion is not built: run make companion", pytrace=False)
    with TemporaryDirectory(prefix="hebah-test-") as name:
        async with Network(Path(name)) as network, AsyncExitStack() as kept:
            yield CompanionWorld(network, Path(name), database_url, kept)
