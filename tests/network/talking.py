"""The part of the network's controls that is about people and phones: writing, reading, history, files."""

import asyncio
import time
from collections.abc import Sequence

from tests.network import groups, messages, phones, pictures, settings
from tests.network.accounts import UnknownName, digits
from tests.network.appstate import COLLECTIONS
from tests.network.controls import By, Controls, TypingState, Upload
from tests.network.historysync import Chunk, Conversation, inline_notification, notification
from tests.network.hub import Hub
from tests.network.mediacrypto import MediaKind, seal
from tests.network.membership import Group, GroupChange
from tests.network.nodes import Jid, Node
from tests.network.phones import Received, Style
from tests.network.settings import Kept

_COMPOSING = {
    TypingState.TYPING: Node("composing"),
    TypingState.RECORDING: Node("composing", {"media": "audio"}),
    TypingState.PAUSED: Node("paused"),
}


_A_MOMENT_S = 0.005
_BREATH = 20
"""Messages in a row before others get their turn."""


class Talking(Controls):
    """What people do."""

    _hub: Hub

    async def write(
        self, sender: str, to: str, message: bytes, *, by: By = By.LID, wire_id: str = "", at: float = 0.0
    ) -> str:
        people = self._hub.directory
        style = Style(by_lid=by is not By.PHONE, alone=by is By.LID_ALONE, wire_id=wire_id, at=at)
        return phones.write(self._hub, people.get(sender), people.get(to), message, style)

    async def type_message(
        self, phone: str, to: str, message: bytes, *, by: By = By.LID, wire_id: str = "", at: float = 0.0
    ) -> str:
        people = self._hub.directory
        style = Style(by_lid=by is not By.PHONE, alone=by is By.LID_ALONE, wire_id=wire_id, at=at)
        return phones.write_own(self._hub, people.get(phone), people.get(to), message, style)

    async def write_group(self, sender: str, group: str, message: bytes, *, wire_id: str = "") -> str:
        return groups.write(self._hub, self._group(group), self._hub.directory.get(sender), message, wire_id)

    async def group(self, subject: str, members: Sequence[str], *, told: bool = False) -> str:
        made = self._hub.groups.add(subject, [self._hub.directory.get(number) for number in members])
        if told:
            groups.found(self._hub, made)
        return made.jid.user

    async def change_group(
        self, group: str, by: str, what: GroupChange, people: Sequence[str] = (), subject: str = ""
    ) -> None:
        directory = self._hub.directory
        whom = [directory.get(number) for number in people]
        groups.change(self._hub, self._group(group), directory.get(by), what, whom, subject)

    async def picture(self, whose: str, jpeg: bytes, *, hidden: bool = False) -> None:
        group = self._hub.groups.find(Jid(f"{whose}@g.us"))
        pictures.show(self._hub, group or self._hub.directory.get(whose), jpeg, hidden=hidden)

    async def share_keys(self, device: str) -> None:
        known = self._hub.directory.device(device)
        settings.share_keys(self._hub, known)
        while not known.synced.issuperset(COLLECTIONS):  # noqa: ASYNC110 - the device tells nobody else
            await asyncio.sleep(_A_MOMENT_S)

    async def keep(self, phone: str, chat: str, kept: Kept) -> None:
        settings.keep(self._hub, self._hub.directory.get(phone), self._chat(chat, by_lid=True), kept)

    async def kept(self, phone: str, chat: str) -> list[Kept]:
        names = {str(self._chat(chat, by_lid=by_lid)) for by_lid in (True, False)}
        return settings.read(self._hub.directory.get(phone), names)

    def _chat(self, chat: str, *, by_lid: bool) -> Jid:
        group = self._hub.groups.find(Jid(f"{chat}@g.us"))
        return group.jid if group is not None else self._hub.directory.get(chat).address(by_lid=by_lid)

    def _group(self, group: str) -> Group:
        known = self._hub.groups.find(Jid(f"{group}@g.us"))
        if known is None:
            raise UnknownName(f"{group} is no group")
        return known

    async def pour(
        self, first: str, people: int, to: Sequence[str], count: int, per_second: float, prefix: str = "IN"
    ) -> float:
        start = int(digits(first))
        senders = [self._hub.directory.get(str(start + number)) for number in range(people)]
        accounts = [self._hub.directory.get(number) for number in to]
        began = time.monotonic()
        for number in range(count):
            ahead = began + number / per_second - time.monotonic()
            if ahead > 0 or number % _BREATH == 0:
                await asyncio.sleep(max(ahead, 0))
            style = Style(wire_id=f"{prefix}{number:08d}")
            sender, account = senders[number % people], accounts[number % len(accounts)]
            phones.write(self._hub, sender, account, messages.text(style.wire_id), style)
        return time.monotonic() - began

    async def receipt(self, sender: str, to: str, wire_ids: Sequence[str], kind: str = "", *, by: By = By.LID) -> None:
        people = self._hub.directory
        by_lid = by is not By.PHONE
        phones.send_receipt(self._hub, people.get(sender), people.get(to), tuple(wire_ids), kind, by_lid=by_lid)

    async def read(self, person: str, to: str, wire_ids: Sequence[str], *, by: By = By.LID) -> None:
        await self.receipt(person, to, wire_ids, "read", by=by)

    async def read_on_phone(self, phone: str, chat: str, wire_ids: Sequence[str], *, by: By = By.LID) -> None:
        account, other = self._hub.directory.get(phone), self._hub.directory.get(chat)
        by_lid = by is not By.PHONE
        recipient = other.address(by_lid=by_lid)
        phones.send_receipt(self._hub, account, account, tuple(wire_ids), "read", by_lid=by_lid, recipient=recipient)

    async def typing(self, person: str, to: str, state: TypingState = TypingState.TYPING, *, by: By = By.LID) -> None:
        sender = self._hub.directory.get(person).address(by_lid=by is not By.PHONE)
        for device in self._hub.directory.get(to).devices.values():
            if device.wire is not None:
                device.wire.send(Node("chatstate", {"from": sender}, [_COMPOSING[state]]))

    async def upload(self, data: bytes, kind: MediaKind) -> Upload:
        sealed = seal(data, kind)
        return Upload(sealed, self._hub.media.place(sealed.blob))

    async def offer_history(self, device: str, chunk: Chunk, *, inline: bool = False) -> str:
        linked = self._hub.directory.device(device)
        if inline:
            message = inline_notification(chunk)
        else:
            sealed = seal(chunk.compressed(), MediaKind.HISTORY)
            message = notification(chunk, sealed, self._hub.media.place(sealed.blob))
        return phones.write_peer(self._hub, linked.account, linked, message)

    async def keep_history(self, phone: str, conversations: Sequence[Conversation]) -> None:
        self._hub.directory.get(phone).history = conversations

    async def received(self, number: str) -> list[Received]:
        return phones.read_all(self._hub.directory.get(number))

    async def unreadable(self, person: str, count: int = 1) -> None:
        self._hub.directory.get(person).unreadable = count

    async def ask_again(self, person: str, wire_id: str) -> None:
        account = self._hub.directory.get(person)
        for letter in account.letters:
            if letter.wire_id == wire_id and letter.device:
                phones.ask_again(self._hub, account, letter)
                return
        raise UnknownName(f"{person} has no message {wire_id} of a device")

    async def undecryptable(self, sender: str, to: str, message: bytes, *, by: By = By.LID) -> str:
        people = self._hub.directory
        style = Style(by_lid=by is not By.PHONE, spoiled=True)
        return phones.write(self._hub, people.get(sender), people.get(to), message, style)
