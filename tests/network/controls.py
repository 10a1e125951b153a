"""Everything that can be done to a network and seen of it. `Network` does it here, `RemoteNetwork` in another process.

Numbers are digits, with or without a plus. A device is `number:device` as `scan` returns it, or its number alone when
the account has one device. Messages are serialised waE2E.Message of `tests.network.messages`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.network.accounts import Behaviour
from tests.network.fabrication import Fabrication
from tests.network.historysync import Chunk, Conversation
from tests.network.hub import Delivered, Sent, Sign
from tests.network.mediacrypto import MediaKind, Sealed
from tests.network.mediaretry import PhoneAnswer
from tests.network.membership import GroupChange
from tests.network.phones import Received
from tests.network.settings import Kept

POLITE = Behaviour()


class By(StrEnum):
    """Under which name somebody writes."""

    LID = "lid"
    PHONE = "phone"
    LID_ALONE = "lid_alone"
    """The phone number stays hidden."""


class TypingState(StrEnum):
    """What somebody does in a chat."""

    TYPING = "typing"
    RECORDING = "recording"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A linked device as the server sees it; `waiting` are the ids of messages that it has not acknowledged."""

    name: str
    online: bool
    logins: int
    prekeys: int
    redelivered: int
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on the media server, for `messages.File`."""

    sealed: Sealed
    direct_path: str


class Controls:
    """The methods, told once; an implementation must have them all."""

    # ---- the world

    async def account(self, number: str, name: str = "", *, lid: bool = True) -> str:
        """A phone that devices can be linked to; its number."""
        raise NotImplementedError

    async def person(self, number: str, name: str = "", behaviour: Behaviour = POLITE, *, lid: bool = True) -> str:
        """Somebody with a phone and a behaviour; by default messages are delivered there and nothing else."""
        raise NotImplementedError

    async def people(self, first: str, count: int, behaviour: Behaviour = POLITE) -> None:
        """Thousands of people with consecutive numbers, who cost nothing until somebody writes to them."""
        raise NotImplementedError

    async def group(self, subject: str, members: Sequence[str], *, told: bool = False) -> str:
        """A group of accounts, its owner first; its id, digits without the server. Told: they learn that it was made
        just now."""
        raise NotImplementedError

    async def change_group(
        self, group: str, by: str, what: GroupChange, people: Sequence[str] = (), subject: str = ""
    ) -> None:
        """Somebody in a group renames it, adds or removes people, makes them admins or not any more."""
        raise NotImplementedError

    async def picture(self, whose: str, jpeg: bytes, *, hidden: bool = False) -> None:
        """Somebody, or a group, gets another picture, or none; hidden from everybody, or seen. Who knows them is
        told."""
        raise NotImplementedError

    async def reinstall(self, number: str) -> None:
        """Somebody's phone gets new keys and forgets every session; devices are told that the identity changed."""
        raise NotImplementedError

    async def fabricate(self, first: str, count: int, prekeys: int = 20) -> Fabrication:
        """Devices with consecutive numbers that were never linked; what a client must have stored to be them."""
        raise NotImplementedError

    # ---- linking

    async def scan(self, qr: str, phone: str) -> str:
        """The phone's camera sees the QR code; the new device."""
        raise NotImplementedError

    async def type_code(self, code: str, phone: str) -> str:
        """Somebody types the eight characters on the phone; the new device."""
        raise NotImplementedError

    async def passkey(self, phone: str, *, on: bool = True) -> None:
        """Ask for a passkey whenever a device is linked to this phone; any well-formed answer will do."""
        raise NotImplementedError

    async def rotate_codes(self, qr: str) -> None:
        """Make the client that shows this QR code use another secret in it."""
        raise NotImplementedError

    # ---- talking

    async def write(
        self, sender: str, to: str, message: bytes, *, by: By = By.LID, wire_id: str = "", at: float = 0.0
    ) -> str:
        """Somebody's phone writes; the message's id. `at` in seconds since 1970, 0 for now."""
        raise NotImplementedError

    async def type_message(
        self, phone: str, to: str, message: bytes, *, by: By = By.LID, wire_id: str = "", at: float = 0.0
    ) -> str:
        """The owner types a message on the phone itself; its linked devices get a copy."""
        raise NotImplementedError

    async def write_group(self, sender: str, group: str, message: bytes, *, wire_id: str = "") -> str:
        """A member's phone writes in a group; the message's id."""
        raise NotImplementedError

    async def pour(
        self, first: str, people: int, to: Sequence[str], count: int, per_second: float, prefix: str = "IN"
    ) -> float:
        """People with consecutive numbers write to accounts in turn; the seconds it took. Ids are prefix and number."""
        raise NotImplementedError

    async def receipt(self, sender: str, to: str, wire_ids: Sequence[str], kind: str = "", *, by: By = By.LID) -> None:
        """Somebody has got, `read` or `played` messages of an account; its devices are told."""
        raise NotImplementedError

    async def read(self, person: str, to: str, wire_ids: Sequence[str], *, by: By = By.LID) -> None:
        """Somebody has read messages of an account."""
        raise NotImplementedError

    async def read_on_phone(self, phone: str, chat: str, wire_ids: Sequence[str], *, by: By = By.LID) -> None:
        """The owner has read somebody's messages on the phone itself."""
        raise NotImplementedError

    async def typing(self, person: str, to: str, state: TypingState = TypingState.TYPING, *, by: By = By.LID) -> None:
        """Somebody types to an account; only devices that are online hear of it."""
        raise NotImplementedError

    async def share_keys(self, device: str) -> None:
        """The phone lets a device read its app state; returns once the device has read it."""
        raise NotImplementedError

    async def keep(self, phone: str, chat: str, kept: Kept) -> None:
        """The owner pins, archives, mutes or marks a chat on the phone, or names the person; devices are told that
        have the keys. A group is named by its id."""
        raise NotImplementedError

    async def kept(self, phone: str, chat: str) -> list[Kept]:
        """What phone and devices have set of a chat, in the order in which it came, kind by kind."""
        raise NotImplementedError

    async def upload(self, data: bytes, kind: MediaKind) -> Upload:
        """Somebody's phone seals a file and puts it on the media server."""
        raise NotImplementedError

    async def offer_history(self, device: str, chunk: Chunk, *, inline: bool = False) -> str:
        """The phone offers its new device a chunk of history, as a file or in the message itself; the message's id."""
        raise NotImplementedError

    async def keep_history(self, phone: str, conversations: Sequence[Conversation]) -> None:
        """What the phone has, for devices that ask for older messages."""
        raise NotImplementedError

    # ---- seeing

    async def received(self, number: str) -> list[Received]:
        """Everything that a phone got, decrypted by it now if not before, oldest first."""
        raise NotImplementedError

    async def sent(self, after: int = 0) -> list[Sent]:
        """Every message stanza of every device in order, from the given position on: the judge of duplicates."""
        raise NotImplementedError

    async def delivered(self, after: int = 0) -> list[Delivered]:
        """Every message that a device has acknowledged, from the given position on, with both times."""
        raise NotImplementedError

    async def signs(self, after: int = 0) -> list[Sign]:
        """Every receipt, typing and presence stanza of devices, from the given position on."""
        raise NotImplementedError

    async def devices(self, number: str) -> list[DeviceState]:
        """The devices that are linked to an account."""
        raise NotImplementedError

    async def stats(self) -> dict[str, int]:
        """Counters of what has happened, by name."""
        raise NotImplementedError

    async def complaints(self) -> list[str]:
        """What clients should not have done, or what the network did not understand."""
        raise NotImplementedError

    # ---- trouble on the line

    async def cut(self, device: str) -> None:
        """The cable of one device breaks; it may come back at once."""
        raise NotImplementedError

    async def stop_accepting(self, *, on: bool = True) -> None:
        """New connections are refused; those that are open stay."""
        raise NotImplementedError

    async def silence(self, device: str, *, on: bool = True) -> None:
        """The server hears nothing of a device and says nothing to it, while its connection stays open."""
        raise NotImplementedError

    async def swallow_acks(self, device: str, count: int = 1) -> None:
        """The next messages of a device are taken and delivered, but not acknowledged."""
        raise NotImplementedError

    async def delay_acks(self, device: str, seconds: float) -> None:
        """Acknowledge a device's messages so much later."""
        raise NotImplementedError

    async def hold_sends(self, device: str, *, on: bool = True) -> int:
        """Leave a device's messages at the door, unseen; or let them in now, in order. How many were held."""
        raise NotImplementedError

    async def lose_sends(self, device: str, count: int = 1) -> None:
        """The next messages of a device vanish."""
        raise NotImplementedError

    async def cut_at_next_send(self, device: str, *, taken: bool = True) -> None:
        """The connection breaks at the next message of a device, which gets no answer; taken and delivered, or lost."""
        raise NotImplementedError

    async def refuse_next(self, device: str, code: int, count: int = 1) -> None:
        """The next messages of a device are answered with an error."""
        raise NotImplementedError

    async def refuse_queries(self, device: str, xmlns: str, code: int = 429, count: int = 1) -> None:
        """The next questions of a device about `xmlns` are answered with an error."""
        raise NotImplementedError

    async def duplicate_next(self, device: str, count: int = 1) -> None:
        """The next messages for a device, which must be online, come twice."""
        raise NotImplementedError

    async def restart(self) -> None:
        """The server goes down and comes back with all its accounts, devices and waiting messages."""
        raise NotImplementedError

    # ---- what WhatsApp does to accounts and devices

    async def ban(self, phone: str, code: int = 101, seconds: int = 3600) -> None:
        """Turn the account away for a while; a device that is online is told and seen off."""
        raise NotImplementedError

    async def restrict(self, phone: str, until: int) -> None:
        """No messages to people the account has no chat with, until that second; its devices are told."""
        raise NotImplementedError

    async def lift(self, phone: str) -> None:
        """End a ban, a restriction, a connect failure or being outdated."""
        raise NotImplementedError

    async def connect_failure(self, phone: str, code: int, times: int = 0) -> None:
        """Turn the account's devices away with any code, so many times or until lifted."""
        raise NotImplementedError

    async def outdated(self, phone: str) -> None:
        """Turn the account's devices away as too old."""
        raise NotImplementedError

    async def require_version(self, revision: int) -> None:
        """Turn away every client older than this revision, which the network's web page names; 0 takes all."""
        raise NotImplementedError

    async def replace(self, device: str) -> None:
        """Tell a device that its session was opened elsewhere."""
        raise NotImplementedError

    async def unlink(self, device: str) -> None:
        """The owner removes a device on the phone."""
        raise NotImplementedError

    async def stream_error(self, device: str, code: str = "", tag: str = "") -> None:
        """End a device's stream with a code, with an element inside, or with neither."""
        raise NotImplementedError

    # ---- trouble with messages and files

    async def fuzz(self, device: str, count: int, seed: int = 0) -> int:
        """Send a device malformed stanzas and frames; how many while it stayed connected."""
        raise NotImplementedError

    async def undecryptable(self, sender: str, to: str, message: bytes, *, by: By = By.LID) -> str:
        """Somebody's phone writes what cannot be opened; asked again, it writes it properly. The message's id."""
        raise NotImplementedError

    async def unreadable(self, person: str, count: int = 1) -> None:
        """Somebody's phone cannot read the next messages that it gets, and asks their senders again."""
        raise NotImplementedError

    async def ask_again(self, person: str, wire_id: str) -> None:
        """Somebody's phone says that it could not read a message that it has got."""
        raise NotImplementedError

    async def forget_media(
        self, phone: str, wire_id: str, status: int = 404, answer: PhoneAnswer = PhoneAnswer.AGAIN
    ) -> None:
        """The file of a message leaves the media server; what the phone says when its device asks for it again."""
        raise NotImplementedError

    async def damage_media(self, phone: str, wire_id: str) -> None:
        """The file of a message is served with a wrong byte."""
        raise NotImplementedError

    async def refuse_media(self, status: int, count: int = 1) -> None:
        """The next uploads or downloads of anybody are answered with this status."""
        raise NotImplementedError
