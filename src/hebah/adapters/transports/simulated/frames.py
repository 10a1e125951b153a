"""What gateway and network say to each other over the socket."""

from uuid import UUID

import msgspec

from hebah.devices.model import DeviceState
from hebah.gateway.incoming import ReceiptKind
from hebah.gateway.outgoing import GroupFound, NumberFound, TypingState
from hebah.messaging.chataddress import Alias
from hebah.messaging.said import Said

VERSION = 4


class Frame(msgspec.Struct, array_like=True, gc=False, tag_field="t"):
    """One frame; instants are microseconds since 1970."""


# From a gateway to the network


class Hello(Frame, tag=1):
    """The first frame; a `party` takes part in stepped time."""

    version: int
    party: str | None


class OpenLink(Frame, tag=2):
    """Open a link under a number of the gateway's choice."""

    link: int
    workspace: UUID
    device: UUID
    epoch: int


class CloseLink(Frame, tag=3):
    """Let go of a link."""

    link: int


class Send(Frame, tag=4):
    """A message with its file; `said` tells what plain words do not."""

    link: int
    wire_id: str
    to: str
    body: str
    said: Said | None
    file: bytes


class Acknowledge(Frame, tag=5):
    """A durable event is stored."""

    link: int
    event_id: str


class ReadChat(Frame, tag=6):
    """Mark messages as read."""

    request: int
    link: int
    chat: str
    wire_ids: tuple[str, ...]
    sender: str
    played: bool


class AskAlive(Frame, tag=7):
    """Probe a link."""

    request: int
    link: int


class Logout(Frame, tag=8):
    """End a link for good."""

    request: int
    link: int


class StartLinking(Frame, tag=9):
    """Link a slot, by QR when no phone is named."""

    linking: int
    workspace: UUID
    device: UUID
    phone: str | None


class CancelLinking(Frame, tag=10):
    """Stop linking."""

    linking: int


class Forget(Frame, tag=11):
    """Delete a slot."""

    request: int
    workspace: UUID
    device: UUID


class Idle(Frame, tag=12):
    """Nothing to do before `next_due`, as of so many frames received and this step."""

    received: int
    step: int
    next_due: int | None


class Busy(Frame, tag=13):
    """Idle no longer."""


class Ping(Frame, tag=14):
    """Answer when everything before this frame is done."""

    request: int


class ShowTyping(Frame, tag=15):
    """Show what we are doing in a chat."""

    request: int
    link: int
    chat: str
    state: TypingState


class AskNumbers(Frame, tag=16):
    """Ask who is on the network."""

    request: int
    link: int
    phones: tuple[str, ...]


class KeepFrame(Frame, tag=20):
    """Keep a chat so: `what` as in `ChatToldFrame`."""

    request: int
    link: int
    chat: str
    what: str
    flag: bool = False
    until: int | None = None


class FetchFile(Frame, tag=17):
    """Ask for a file."""

    request: int
    link: int
    ref: bytes


class AskOlder(Frame, tag=18):
    """Ask the phone for what came before a message."""

    request: int
    link: int
    chat: str
    wire_id: str
    from_me: bool
    sender: str
    at: int
    count: int


class AskGroup(Frame, tag=21):
    """Ask what a group is."""

    request: int
    link: int
    chat: str


class AskPicture(Frame, tag=19):
    """Ask for somebody's picture."""

    request: int
    link: int
    address: str


WishFrame = ReadChat | ShowTyping | AskNumbers | AskOlder | AskGroup | AskPicture | KeepFrame | AskAlive
UpFrame = (
    Hello
    | OpenLink
    | CloseLink
    | Send
    | Acknowledge
    | ReadChat
    | ShowTyping
    | AskNumbers
    | AskOlder
    | AskGroup
    | AskPicture
    | KeepFrame
    | AskAlive
    | FetchFile
    | Logout
    | StartLinking
    | CancelLinking
    | Forget
    | Idle
    | Busy
    | Ping
)


# From the network to a gateway


class Welcome(Frame, tag=1):
    """The network's version; `now` when it owns the time."""

    version: int
    step: int
    now: int | None


class Answered(Frame, tag=2):
    """The answer to a send: accepted at an instant, refused with a code, or not written with a cause."""

    link: int
    wire_id: str
    accepted: int | None
    refused: str | None
    unwritten: str | None


class MessageFrame(Frame, tag=3):
    """A message arrived."""

    link: int
    event_id: str
    chat: str
    sender: str
    wire_id: str
    at: int
    from_me: bool
    body: str
    said: Said | None
    sender_name: str | None
    aliases: tuple[Alias, ...]
    offline: bool


class ReceiptFrame(Frame, tag=4):
    """A receipt arrived."""

    link: int
    event_id: str
    chat: str
    wire_ids: tuple[str, ...]
    kind: ReceiptKind
    at: int
    by_me: bool
    reader: str


class StateFrame(Frame, tag=5):
    """A link's state changed."""

    link: int
    event_id: str
    state: DeviceState
    cause: str
    until: int | None


class ShownFrame(Frame, tag=6):
    """A picture or a code to show."""

    linking: int
    text: str
    expires: int
    is_code: bool


class LinkedFrame(Frame, tag=7):
    """Linked."""

    linking: int
    phone: str
    lid: str | None
    push_name: str | None


class LinkFailedFrame(Frame, tag=8):
    """Not linked."""

    linking: int
    code: str


class Outcome(Frame, tag=9):
    """What came of a request; no code when it was done, and what was asked for."""

    request: int
    failed: str | None
    numbers: tuple[NumberFound, ...] | None = None
    group: GroupFound | None = None
    picture: bytes | None = None


class Step(Frame, tag=10):
    """Stepped time moves on."""

    step: int
    now: int


class TypingFrame(Frame, tag=11):
    """Somebody writes."""

    link: int
    event_id: str
    chat: str
    sender: str
    state: TypingState


class FileFrame(Frame, tag=12):
    """The file that was asked for, or why there is none."""

    request: int
    file: bytes | None
    gone: str


class OfferFrame(Frame, tag=13):
    """The phone has packed older messages."""

    link: int
    event_id: str
    ref: bytes
    kind: str
    chunk: int
    progress: int


class ChatToldFrame(Frame, tag=14):
    """What the phone keeps of a chat: `what` has changed, to the one of the others that it needs."""

    link: int
    event_id: str
    chat: str
    what: str
    flag: bool = False
    until: int | None = None
    name: str = ""


EventFrame = MessageFrame | ReceiptFrame | StateFrame | TypingFrame | OfferFrame | ChatToldFrame
DownFrame = (
    Welcome
    | Answered
    | MessageFrame
    | ReceiptFrame
    | StateFrame
    | ShownFrame
    | LinkedFrame
    | LinkFailedFrame
    | Outcome
    | Step
    | TypingFrame
    | OfferFrame
    | FileFrame
    | ChatToldFrame
)
