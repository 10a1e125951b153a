"""What gateway and network say to each other over the socket, and how that maps to our own types."""

from uuid import UUID

import msgspec

from hebah.adapters.transports.simulated.ends import Answer
from hebah.adapters.transports.simulated.instants import from_micros, to_micros
from hebah.devices.model import DeviceState
from hebah.gateway.transport import (
    Accepted,
    ByCode,
    ByQr,
    CodeShown,
    DeviceRef,
    Identity,
    Linked,
    LinkEvent,
    LinkFailed,
    LinkMethod,
    LinkStep,
    MessageArrived,
    NotWritten,
    Outgoing,
    PasskeyAsked,
    Picture,
    QrShown,
    ReceiptArrived,
    ReceiptKind,
    Refused,
    StateChanged,
)

VERSION = 1


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
    """A message; the picture as (data, mime, width, height)."""

    link: int
    wire_id: str
    to: str
    body: str
    picture: tuple[bytes, str, int, int] | None


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


UpFrame = (
    Hello
    | OpenLink
    | CloseLink
    | Send
    | Acknowledge
    | ReadChat
    | AskAlive
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
    kind: str
    body: str
    sender_name: str | None


class ReceiptFrame(Frame, tag=4):
    """A receipt arrived."""

    link: int
    event_id: str
    chat: str
    wire_ids: tuple[str, ...]
    kind: ReceiptKind
    at: int


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
    """What came of a request; no code when it was done."""

    request: int
    failed: str | None


class Step(Frame, tag=10):
    """Stepped time moves on."""

    step: int
    now: int


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
)


def send_frame(link: int, message: Outgoing) -> Send:
    """A message for the wire."""
    picture = message.picture
    packed = None if picture is None else (picture.data, picture.mime, picture.width, picture.height)
    return Send(link, message.wire_id, message.to, message.body, packed)


def outgoing_of(frame: Send) -> Outgoing:
    """The message in a frame."""
    picture = None if frame.picture is None else Picture(*frame.picture)
    return Outgoing(frame.wire_id, frame.to, frame.body, picture)


def answer_frame(link: int, wire_id: str, answer: Answer) -> Answered:
    """An answer for the wire."""
    match answer:
        case Accepted(at):
            return Answered(link, wire_id, to_micros(at), None, None)
        case Refused(code):
            return Answered(link, wire_id, None, code, None)
        case NotWritten(cause):
            return Answered(link, wire_id, None, None, cause)


def answer_of(frame: Answered) -> Answer:
    """The answer in a frame."""
    if frame.accepted is not None:
        return Accepted(from_micros(frame.accepted))
    if frame.refused is not None:
        return Refused(frame.refused)
    return NotWritten(frame.unwritten or "")


def event_frame(link: int, event: LinkEvent) -> MessageFrame | ReceiptFrame | StateFrame:
    """An event for the wire."""
    match event:
        case MessageArrived():
            return MessageFrame(
                link,
                event.event_id,
                event.chat,
                event.sender,
                event.wire_id,
                to_micros(event.at),
                event.from_me,
                event.kind,
                event.body,
                event.sender_name,
            )
        case ReceiptArrived():
            return ReceiptFrame(link, event.event_id, event.chat, event.wire_ids, event.kind, to_micros(event.at))
        case StateChanged():
            until = None if event.until is None else to_micros(event.until)
            return StateFrame(link, event.event_id, event.state, event.cause, until)


def event_of(frame: MessageFrame | ReceiptFrame | StateFrame) -> LinkEvent:
    """The event in a frame."""
    match frame:
        case MessageFrame():
            return MessageArrived(
                frame.event_id,
                frame.chat,
                frame.sender,
                frame.wire_id,
                from_micros(frame.at),
                frame.from_me,
                frame.kind,
                frame.body,
                frame.sender_name,
            )
        case ReceiptFrame():
            return ReceiptArrived(frame.event_id, frame.chat, frame.wire_ids, frame.kind, from_micros(frame.at))
        case StateFrame():
            until = None if frame.until is None else from_micros(frame.until)
            return StateChanged(frame.event_id, frame.state, frame.cause, until)


def step_frame(linking: int, step: LinkStep) -> ShownFrame | LinkedFrame | LinkFailedFrame:
    """A step of a linking for the wire."""
    match step:
        case QrShown(text, expires):
            return ShownFrame(linking, text, to_micros(expires), is_code=False)
        case CodeShown(code, expires):
            return ShownFrame(linking, code, to_micros(expires), is_code=True)
        case Linked(identity):
            return LinkedFrame(linking, identity.phone, identity.lid, identity.push_name)
        case LinkFailed(code):
            return LinkFailedFrame(linking, code)
        case PasskeyAsked():
            raise ValueError("the simulated network asks for no passkey")


def step_of(frame: ShownFrame | LinkedFrame | LinkFailedFrame) -> LinkStep:
    """The step of a linking in a frame."""
    match frame:
        case ShownFrame():
            expires = from_micros(frame.expires)
            return CodeShown(frame.text, expires) if frame.is_code else QrShown(frame.text, expires)
        case LinkedFrame():
            return Linked(Identity(frame.phone, frame.lid, frame.push_name))
        case LinkFailedFrame():
            return LinkFailed(frame.code)


def method_of(frame: StartLinking) -> LinkMethod:
    """How a slot is to be linked."""
    return ByQr() if frame.phone is None else ByCode(frame.phone)


def device_of(frame: OpenLink | StartLinking | Forget) -> DeviceRef:
    """The slot a frame speaks of."""
    return DeviceRef(frame.workspace, frame.device)
