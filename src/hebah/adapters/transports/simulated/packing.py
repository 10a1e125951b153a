"""How frames map to our own types, both ways."""

from collections.abc import Sequence

import msgspec

from hebah.adapters.transports.simulated.ends import Answer, FileAnswer, Wish
from hebah.adapters.transports.simulated.frames import (
    Answered,
    AskAlive,
    AskGroup,
    AskNumbers,
    AskOlder,
    AskPicture,
    ChatToldFrame,
    EventFrame,
    FileFrame,
    Forget,
    KeepFrame,
    LinkedFrame,
    LinkFailedFrame,
    MessageFrame,
    OfferFrame,
    OpenLink,
    Outcome,
    ReadChat,
    ReceiptFrame,
    Send,
    ShownFrame,
    ShowTyping,
    StartLinking,
    StateFrame,
    TypingFrame,
    WishFrame,
)
from hebah.adapters.transports.simulated.instants import from_micros, to_micros
from hebah.adapters.transports.simulated.letters import Letter, words
from hebah.gateway.incoming import (
    ChatNamed,
    ChatTold,
    HistoryChat,
    HistoryOffered,
    HistoryPart,
    LinkEvent,
    MediaGone,
    MediaLater,
    MessageArrived,
    PictureChanged,
    ReceiptArrived,
    StateChanged,
    TypingSeen,
)
from hebah.gateway.outgoing import (
    Accepted,
    ChatArchived,
    ChatKept,
    ChatMarked,
    ChatMuted,
    ChatPinned,
    CheckNumbers,
    CommandOutcome,
    Done,
    Failed,
    FetchPicture,
    GroupFound,
    KeepChat,
    LookUpGroup,
    MarkRead,
    NotWritten,
    NumbersChecked,
    PictureFound,
    Probe,
    Refused,
    RequestHistory,
    Typing,
)
from hebah.gateway.transport import (
    ByCode,
    ByQr,
    CodeShown,
    DeviceRef,
    Identity,
    Linked,
    LinkFailed,
    LinkMethod,
    LinkStep,
    PasskeyAsked,
    PasskeyCodeShown,
    QrShown,
)
from hebah.messaging.said import Said, Target


def send_frame(link: int, letter: Letter) -> Send:
    """A message for the wire."""
    return Send(link, letter.wire_id, letter.to, letter.said.body, _beyond_words(letter.said), letter.file)


def letter_of(frame: Send) -> Letter:
    """The message in a frame."""
    return Letter(frame.wire_id, frame.to, frame.said or words(frame.body), frame.file)


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


def event_frame(link: int, event: LinkEvent) -> EventFrame:
    """An event for the wire."""
    match event:
        case MessageArrived():
            return _message_frame(link, event)
        case ReceiptArrived():
            at = to_micros(event.at)
            return ReceiptFrame(
                link, event.event_id, event.chat, event.wire_ids, event.kind, at, event.by_me, event.reader
            )
        case StateChanged():
            until = None if event.until is None else to_micros(event.until)
            return StateFrame(link, event.event_id, event.state, event.cause, until)
        case TypingSeen():
            return TypingFrame(link, event.event_id, event.chat, event.sender, event.state)
        case ChatTold():
            return _told_frame(link, event)
        case HistoryOffered():
            return OfferFrame(link, event.event_id, event.ref, event.kind, event.chunk, event.progress)


def event_of(frame: EventFrame) -> LinkEvent:
    """The event in a frame."""
    match frame:
        case MessageFrame():
            return _message_of(frame)
        case ReceiptFrame():
            at = from_micros(frame.at)
            return ReceiptArrived(frame.event_id, frame.chat, frame.wire_ids, frame.kind, at, frame.by_me, frame.reader)
        case StateFrame():
            until = None if frame.until is None else from_micros(frame.until)
            return StateChanged(frame.event_id, frame.state, frame.cause, until)
        case TypingFrame():
            return TypingSeen(frame.event_id, frame.chat, frame.sender, frame.state)
        case OfferFrame():
            return HistoryOffered(frame.event_id, frame.ref, frame.kind, frame.chunk, frame.progress)
        case ChatToldFrame():
            return _told_of(frame)


def packet(name: str, chat: HistoryChat, messages: Sequence[MessageArrived]) -> bytes:
    """Older messages of a chat as a phone packs them; each packet has a name of its own."""
    frames = [_message_frame(0, message) for message in messages]
    return msgspec.msgpack.encode((name, chat.chat, chat.name, frames))


def part_of(packed: bytes) -> HistoryPart:
    """What is in a packet."""
    _, chat, name, frames = msgspec.msgpack.decode(packed, type=tuple[str, str, str, list[MessageFrame]])
    return HistoryPart(tuple(map(_message_of, frames)), (HistoryChat(chat, name),))


def _told_frame(link: int, event: ChatTold) -> ChatToldFrame:
    match event.news:
        case ChatNamed(name):
            return ChatToldFrame(link, event.event_id, event.chat, "named", name=name)
        case PictureChanged():
            return ChatToldFrame(link, event.event_id, event.chat, "picture")
        case kept:
            return ChatToldFrame(link, event.event_id, event.chat, *_packed(kept))


def _packed(kept: ChatKept) -> tuple[str, bool, int | None]:
    match kept:
        case ChatPinned(pinned):
            return "pinned", pinned, None
        case ChatArchived(archived):
            return "archived", archived, None
        case ChatMarked(unread):
            return "marked", unread, None
        case ChatMuted(until):
            return "muted", False, None if until is None else to_micros(until)


def _kept_of(frame: ChatToldFrame | KeepFrame) -> ChatKept:
    match frame.what:
        case "pinned":
            return ChatPinned(frame.flag)
        case "archived":
            return ChatArchived(frame.flag)
        case "marked":
            return ChatMarked(frame.flag)
        case _:
            return ChatMuted(None if frame.until is None else from_micros(frame.until))


def _told_of(frame: ChatToldFrame) -> ChatTold:
    match frame.what:
        case "named":
            return ChatTold(frame.event_id, frame.chat, ChatNamed(frame.name))
        case "picture":
            return ChatTold(frame.event_id, frame.chat, PictureChanged())
        case _:
            return ChatTold(frame.event_id, frame.chat, _kept_of(frame))


def _message_frame(link: int, event: MessageArrived) -> MessageFrame:
    return MessageFrame(
        link,
        event.event_id,
        event.chat,
        event.sender,
        event.wire_id,
        to_micros(event.at),
        event.from_me,
        event.said.body,
        _beyond_words(event.said),
        event.sender_name,
        event.aliases,
        event.offline,
    )


def _message_of(frame: MessageFrame) -> MessageArrived:
    return MessageArrived(
        frame.event_id,
        frame.chat,
        frame.sender,
        frame.wire_id,
        from_micros(frame.at),
        frame.from_me,
        frame.said or words(frame.body),
        frame.sender_name,
        frame.aliases,
        frame.offline,
    )


def _beyond_words(said: Said) -> Said | None:
    # Most messages are words alone, which are cheaper by themselves.
    return None if said == words(said.body) else said


def wish_frame(request: int, link: int, wish: Wish) -> WishFrame:  # noqa: C901 - a case a command
    """A command for the wire."""
    match wish:
        case MarkRead(chat, wire_ids, sender, played):
            return ReadChat(request, link, chat, wire_ids, sender, played)
        case Typing(chat, state):
            return ShowTyping(request, link, chat, state)
        case CheckNumbers(phones):
            return AskNumbers(request, link, phones)
        case RequestHistory(chat, before, at, count):
            micros = to_micros(at)
            return AskOlder(request, link, chat, before.wire_id, before.from_me, before.sender, micros, count)
        case LookUpGroup(chat):
            return AskGroup(request, link, chat)
        case FetchPicture(address):
            return AskPicture(request, link, address)
        case KeepChat(chat, kept):
            return KeepFrame(request, link, chat, *_packed(kept))
        case Probe():
            return AskAlive(request, link)


def wish_of(frame: WishFrame) -> Wish:  # noqa: C901 - a case a command
    """The command in a frame."""
    match frame:
        case ReadChat():
            return MarkRead(frame.chat, frame.wire_ids, frame.sender, frame.played)
        case ShowTyping():
            return Typing(frame.chat, frame.state)
        case AskNumbers():
            return CheckNumbers(frame.phones)
        case AskOlder():
            before = Target(frame.wire_id, frame.from_me, frame.sender)
            return RequestHistory(frame.chat, before, from_micros(frame.at), frame.count)
        case AskGroup():
            return LookUpGroup(frame.chat)
        case AskPicture():
            return FetchPicture(frame.address)
        case KeepFrame():
            return KeepChat(frame.chat, _kept_of(frame))
        case AskAlive():
            return Probe()


def outcome_frame(request: int, outcome: CommandOutcome) -> Outcome:
    """What came of a request, for the wire."""
    match outcome:
        case Failed(code):
            return Outcome(request, code)
        case NumbersChecked(numbers):
            return Outcome(request, None, numbers=numbers)
        case GroupFound():
            return Outcome(request, None, group=outcome)
        case PictureFound(jpeg):
            return Outcome(request, None, picture=jpeg)
        case Done():
            return Outcome(request, None)


def outcome_of(frame: Outcome) -> CommandOutcome:
    """What came of a request."""
    if frame.failed is not None:
        return Failed(frame.failed)
    if frame.numbers is not None:
        return NumbersChecked(frame.numbers)
    if frame.group is not None:
        return frame.group
    return Done() if frame.picture is None else PictureFound(frame.picture)


def file_frame(request: int, answer: FileAnswer) -> FileFrame:
    """A file for the wire."""
    match answer:
        case MediaGone(code):
            return FileFrame(request, None, code)
        case MediaLater():
            return FileFrame(request, None, "")
        case file:
            return FileFrame(request, file, "")


def file_of(frame: FileFrame) -> FileAnswer:
    """The file in a frame."""
    if frame.file is not None:
        return frame.file
    return MediaGone(frame.gone) if frame.gone else MediaLater("not_connected")


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
        case PasskeyAsked() | PasskeyCodeShown():
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
