"""History as a phone hands it to a newly linked companion: stored messages, chats, chunks, and the notification."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from tests.network.mediacrypto import Sealed
from tests.network.messages import Key, Protocol
from tests.network.protobuf import Fields, encode


class HistoryKind(IntEnum):
    """What a chunk of history is."""

    INITIAL = 0
    STATUS = 1
    FULL = 2
    RECENT = 3
    PUSH_NAMES = 4
    NON_BLOCKING = 5
    ON_DEMAND = 6


class MessageStatus(IntEnum):
    """How far a stored message of ours has come."""

    ERROR = 0
    PENDING = 1
    AT_SERVER = 2
    DELIVERED = 3
    READ = 4
    PLAYED = 5


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message in the phone's history (a WebMessageInfo); `at` in seconds since 1970."""

    key: Key
    message: bytes
    at: int
    push_name: str = ""
    status: MessageStatus | None = None

    def serialized(self) -> bytes:
        """The WebMessageInfo."""
        return encode({
            1: self.key.fields(),
            2: self.message or None,
            3: self.at,
            4: None if self.status is None else int(self.status),
            5: self.key.participant or None,
            19: self.push_name or None,
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat in the phone's history; messages newest first, as phones write them."""

    chat: str
    messages: Sequence[StoredMessage] = ()
    name: str = ""
    unread: int = 0
    last_at: int = 0
    complete: bool = True
    phone_jid: str = ""
    lid_jid: str = ""

    def fields(self) -> Fields:
        """The Conversation."""
        return {
            1: self.chat,
            2: [{1: stored.serialized(), 2: order} for order, stored in enumerate(reversed(self.messages), start=1)][
                ::-1
            ],
            5: self.last_at or None,
            6: self.unread,
            8: self.complete,
            11: 1 if self.complete else 0,
            12: self.last_at or None,
            13: self.name or None,
            39: self.phone_jid or None,
            42: self.lid_jid or None,
        }


@dataclass(frozen=True, slots=True)
class Chunk:
    """One file of history; `lids` maps phone addresses to LID addresses."""

    kind: HistoryKind
    conversations: Sequence[Conversation] = ()
    push_names: Mapping[str, str] = field(default_factory=dict)
    lids: Mapping[str, str] = field(default_factory=dict)
    order: int = 1
    progress: int = 100

    def compressed(self) -> bytes:
        """The HistorySync, deflated as it lies in the file or in the notification itself."""
        return zlib.compress(self.serialized())

    def serialized(self) -> bytes:
        """The HistorySync."""
        return encode({
            1: int(self.kind),
            2: [conversation.fields() for conversation in self.conversations],
            5: self.order,
            6: self.progress,
            7: [{1: jid, 2: name} for jid, name in self.push_names.items()],
            15: [{1: phone, 2: lid} for phone, lid in self.lids.items()],
        })  # fmt: skip


def notification(chunk: Chunk, sealed: Sealed, direct_path: str, *, enc_handle: str = "") -> bytes:
    """The message that offers a chunk whose compressed form was sealed as MediaKind.HISTORY and uploaded."""
    offer = {
        1: sealed.sha256,
        2: sealed.length,
        3: sealed.key,
        4: sealed.enc_sha256,
        5: direct_path,
        **_facts(chunk),
        14: enc_handle or None,
    }
    return encode({12: {2: int(Protocol.HISTORY), 6: offer}})


def inline_notification(chunk: Chunk) -> bytes:
    """The message that carries a small chunk in itself."""
    return encode({12: {2: int(Protocol.HISTORY), 6: {**_facts(chunk), 11: chunk.compressed()}}})


def _facts(chunk: Chunk) -> dict[int, int | None]:
    times = [stored.at for conversation in chunk.conversations for stored in conversation.messages]
    return {6: int(chunk.kind), 7: chunk.order, 9: chunk.progress, 10: min(times, default=None)}
