"""The companion's words in ours: events, answers and older messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.devices.model import DeviceState
from hebah.gateway.incoming import (
    ChatNamed,
    ChatNews,
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
    ReceiptKind,
    StateChanged,
    TypingSeen,
)
from hebah.gateway.outgoing import (
    Accepted,
    ChatArchived,
    ChatMarked,
    ChatMuted,
    ChatPinned,
    CheckNumbers,
    Command,
    CommandOutcome,
    Done,
    Failed,
    FetchPicture,
    GroupFound,
    LookUpGroup,
    NotWritten,
    NumberFound,
    NumbersChecked,
    PictureFound,
    Refused,
    SendOutcome,
    TypingState,
    Unknown,
)
from hebah.gateway.transport import CodeShown, Identity, LinkStep, PasskeyAsked, PasskeyCodeShown, QrShown
from hebah.messaging.chataddress import Alias
from hebah.messaging.groups import Member, Role
from hebah.messaging.said import Card, MediaFacts, MessageKind, Notice, NoticeCode, Place, Quote, Said, Target

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MILLIS = 253_402_300_799_000  # the end of the year 9999
_KINDS: Final[Mapping[str, MessageKind]] = MappingProxyType({kind.value: kind for kind in MessageKind})
_NOTICES: Final[Mapping[str, NoticeCode]] = MappingProxyType({code.value: code for code in NoticeCode})
_ROLES: Final[Mapping[str, Role]] = MappingProxyType({role.value: role for role in Role})
_RECEIPTS: Final[Mapping[str, ReceiptKind]] = MappingProxyType({kind.value: kind for kind in ReceiptKind})
_TYPING: Final[Mapping[str, TypingState]] = MappingProxyType({state.value: state for state in TypingState})
_STATES: Final[Mapping[str, DeviceState]] = MappingProxyType({state.value: state for state in DeviceState})
_REFUSALS = frozenset(
    {"not_on_whatsapp", "blocked", "restricted", "banned", "too_large", "too_old", "not_possible", "rejected"}
)
_FAILURES = frozenset({"not_possible", "not_connected", "no_answer", "refused"})
_GONE = frozenset({"expired", "damaged", "too_large"})


def instant(millis: int) -> datetime:
    """The aware UTC instant of a number of milliseconds since 1970; phones may say one beyond all calendars."""
    return _EPOCH + timedelta(milliseconds=min(max(millis, 0), _LAST_MILLIS))


FOR_GOOD: Final = instant(_LAST_MILLIS)
"""Until when something holds that has no end."""


def event_id(boot: str, seq: int) -> str:
    """The name of an event: unique over all companions and their lives."""
    return f"{boot}:{seq}"


def seq_of(event: LinkEvent, boot: str) -> int | None:
    """The number to acknowledge; None when the event is of another life of the companion or needs nothing."""
    of_boot, _, seq = event.event_id.rpartition(":")
    return int(seq) or None if of_boot == boot and seq.isdecimal() else None


# --- events ----------------------------------------------------------------------------------------------------------


def event_of(event: pb.Event, boot: str) -> LinkEvent | None:
    """What a link says of it; None for what no link tells."""
    name = event_id(boot, event.seq)
    match event.WhichOneof("event"):
        case "message":
            return message_of(event.message, name)
        case "receipt":
            return _receipt_of(event.receipt, name)
        case "state":
            return _state_of(event.state, name)
        case "history":
            offered = event.history
            return HistoryOffered(name, offered.ref, offered.kind, offered.chunk, min(offered.progress, 100))
        case "typing":
            seen = event.typing
            return TypingSeen(name, seen.chat, seen.sender, _TYPING.get(seen.state, TypingState.PAUSED))
        case "chat_told":
            news = _news_of(event.chat_told)
            return None if news is None else ChatTold(name, event.chat_told.chat, news)
        case _:
            return None


def message_of(message: pb.Incoming, name: str = "") -> MessageArrived:
    """A message, live or from history."""
    return MessageArrived(
        event_id=name,
        chat=message.chat,
        sender=message.sender,
        wire_id=message.wire_id,
        at=instant(message.at),
        from_me=message.from_me,
        said=_said(message),
        sender_name=message.sender_name or None,
        aliases=_aliases(message.aliases) if message.aliases else (),
        offline=message.offline,
    )


def _aliases(told: Iterable[pb.Alias]) -> tuple[Alias, ...]:
    return tuple([Alias(alias.phone, alias.lid) for alias in told])


def _said(message: pb.Incoming) -> Said:
    kind = _KINDS.get(message.kind, MessageKind.UNKNOWN)
    if kind is MessageKind.SYSTEM:
        return _system(message.notice)
    if kind is MessageKind.TEXT and not message.HasField("quote"):
        return Said(kind, message.body)  # most of them
    return Said(
        kind=kind,
        body=message.body,
        media=_facts(message.media) if message.HasField("media") else None,
        quote=_quote(message.quote) if message.HasField("quote") else None,
        target=_target(message.target) if message.HasField("target") else None,
        place=_place(message.place) if message.HasField("place") else None,
        cards=tuple(Card(card.name, card.vcard) for card in message.cards),
        options=tuple(message.options),
        raw=message.raw,
        once=message.once,
    )


def _system(notice: pb.Notice) -> Said:
    code = _NOTICES.get(notice.code)
    if code is None:
        return Said(MessageKind.UNKNOWN)
    return Said(MessageKind.SYSTEM, notice=Notice(code, notice.by, tuple(notice.people), notice.words))


def _facts(facts: pb.MediaFacts) -> MediaFacts:
    return MediaFacts(
        ref=facts.ref,
        mime=facts.mime,
        size=facts.size,
        width=facts.width,
        height=facts.height,
        seconds=facts.seconds,
        file_name=facts.file_name,
        thumbnail=facts.thumbnail,
        sha256=facts.sha256,
        waveform=facts.waveform,
    )


def _quote(quote: pb.Quote) -> Quote:
    return Quote(quote.wire_id, quote.sender, quote.body)


def _target(target: pb.Target) -> Target:
    return Target(target.wire_id, target.from_me, target.sender)


def _place(place: pb.Place) -> Place:
    return Place(place.latitude, place.longitude, place.name, place.live)


def _receipt_of(receipt: pb.Receipt, name: str) -> ReceiptArrived | None:
    kind = _RECEIPTS.get(receipt.kind)
    if kind is None:
        return None
    return ReceiptArrived(
        event_id=name,
        chat=receipt.chat,
        wire_ids=tuple(receipt.wire_ids),
        kind=kind,
        at=instant(receipt.at),
        by_me=receipt.by_me,
        reader=receipt.sender,
    )


def _news_of(told: pb.ChatTold) -> ChatNews | None:
    match told.WhichOneof("told"):
        case "pinned":
            return ChatPinned(told.pinned)
        case "archived":
            return ChatArchived(told.archived)
        case "muted_until":
            return ChatMuted(_silent_until(told.muted_until))
        case "unread":
            return ChatMarked(told.unread)
        case "name":
            return ChatNamed(told.name)
        case "picture_changed":
            return PictureChanged()
        case _:
            return None


def _silent_until(millis: int) -> datetime | None:
    if millis == 0:
        return None
    return FOR_GOOD if millis < 0 else instant(millis)


def _state_of(state: pb.State, name: str) -> StateChanged:
    return StateChanged(
        name, _STATES.get(state.state, DeviceState.WAITING), state.cause, instant(state.until) if state.until else None
    )


# --- linking ---------------------------------------------------------------------------------------------------------


def step_of(step: pb.LinkStep) -> LinkStep:
    """What the person who links sees next."""
    match step.kind:
        case "qr":
            return QrShown(step.text, instant(step.expires_at))
        case "passkey":
            return PasskeyAsked(step.text, instant(step.expires_at) if step.expires_at else None)
        case "passkey_code":
            return PasskeyCodeShown(step.text, instant(step.expires_at))
        case _:
            return CodeShown(step.text, instant(step.expires_at))


def identity_of(identity: pb.Identity) -> Identity:
    """Who has been linked."""
    return Identity(identity.phone, identity.lid or None, identity.push_name or None)


# --- answers ---------------------------------------------------------------------------------------------------------


def send_outcome(response: pb.Response) -> SendOutcome:
    """What became of a send. Without a result the companion has not begun it."""
    if not response.HasField("send"):
        return NotWritten(response.code or "no_result")
    result = response.send
    match result.outcome:
        case "accepted":
            return Accepted(instant(result.at))
        case "refused":
            return Refused(result.code if result.code in _REFUSALS else "rejected")
        case "not_written":
            return NotWritten(result.code)
        case _:
            return Unknown(result.code)


def command_outcome(command: Command, response: pb.Response) -> CommandOutcome:
    """What became of a command."""
    if response.code:
        return Failed(response.code if response.code in _FAILURES else "refused")
    match command:
        case CheckNumbers(phones):
            return _checked(phones, response.numbers.found)
        case LookUpGroup():
            return _group_of(response.group)
        case FetchPicture():
            return PictureFound(response.picture.jpeg)
        case _:
            return Done()


def _group_of(facts: pb.GroupFacts) -> GroupFound:
    members = tuple(Member(one.address, one.name, _ROLES.get(one.role, Role.MEMBER)) for one in facts.members)
    return GroupFound(facts.subject, members, facts.admins_write, _aliases(facts.aliases))


def _checked(phones: Iterable[str], found: Iterable[pb.Number]) -> NumbersChecked:
    by_phone = {number.phone: NumberFound(number.phone, number.on_whatsapp, number.lid or None) for number in found}
    return NumbersChecked(tuple(by_phone.get(phone, NumberFound(phone, on_whatsapp=False)) for phone in phones))


def fetch_failure(code: str) -> MediaGone | MediaLater:
    """Why a file or a packet of history is not there."""
    return MediaGone(code) if code in _GONE else MediaLater(code)


def history_part(chunk: pb.HistoryChunk) -> HistoryPart:
    """Some of a packet of history."""
    return HistoryPart(
        tuple(message_of(message) for message in chunk.messages), tuple(_history_chat(chat) for chat in chunk.chats)
    )


def _history_chat(chat: pb.HistoryChat) -> HistoryChat:
    return HistoryChat(
        chat=chat.chat,
        name=chat.name,
        unread=chat.unread,
        archived=chat.archived,
        pinned=chat.pinned,
        muted_until=_silent_until(chat.muted_until),
    )
