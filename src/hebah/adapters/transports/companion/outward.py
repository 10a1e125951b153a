"""Our words in the companion's: sends, commands and linkings become requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import assert_never

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.gateway.incoming import MediaAsked
from hebah.gateway.outgoing import (
    ChatArchived,
    ChatMarked,
    ChatMuted,
    ChatPinned,
    CheckNumbers,
    Command,
    DeletionOut,
    EditOut,
    FetchPicture,
    KeepChat,
    LookUpGroup,
    MarkRead,
    MediaOut,
    Outgoing,
    OutgoingContent,
    Probe,
    ReactionOut,
    RequestHistory,
    TextOut,
    Typing,
)
from hebah.gateway.transport import ByCode, DeviceRef, LinkMethod
from hebah.messaging.said import MessageKind, Target

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FOR_GOOD = -1
_NEVER_YEAR = 9000  # what is silent until then is silent for good

KIND_OF_CONTENT = {
    TextOut: MessageKind.TEXT,
    ReactionOut: MessageKind.REACTION,
    EditOut: MessageKind.EDIT,
    DeletionOut: MessageKind.DELETION,
}


def millis(instant: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (instant - _EPOCH) // _MILLISECOND


def kind_of(content: OutgoingContent) -> MessageKind:
    """Which kind of message this is, as capabilities count them."""
    return content.kind if isinstance(content, MediaOut) else KIND_OF_CONTENT[type(content)]


def device_of(device: DeviceRef) -> pb.Device:
    """The slot, as its credentials are keyed."""
    return pb.Device(workspace_id=device.workspace_id.bytes, device_id=device.device_id.bytes)


def link_request(device: pb.Device, method: LinkMethod) -> pb.Request:
    """Start a linking; an empty phone asks for a QR."""
    phone = method.phone if isinstance(method, ByCode) else ""
    return pb.Request(device=device, link=pb.Link(phone=phone))


def send_request(device: pb.Device, message: Outgoing, path: str = "") -> pb.Request:
    """One message; `path` is where its file lies in the spool, when it has one."""
    send = pb.Send(wire_id=message.wire_id, to=message.to)
    if (quote := message.quote) is not None:
        send.quote.wire_id, send.quote.sender, send.quote.body = quote.wire_id, quote.sender, quote.body
    _fill(send, message.content, path)
    return pb.Request(device=device, send=send)


def _fill(send: pb.Send, content: OutgoingContent, path: str) -> None:
    match content:
        case TextOut(body):
            send.text.body = body
        case MediaOut():
            send.media.CopyFrom(_media(content, path))
        case ReactionOut(target, emoji):
            send.reaction.target.CopyFrom(_target(target))
            send.reaction.emoji = emoji
        case EditOut(target, body):
            send.edit.target.CopyFrom(_target(target))
            send.edit.body = body
        case DeletionOut(target):
            send.deletion.target.CopyFrom(_target(target))
        case _:
            assert_never(content)


def _media(content: MediaOut, path: str) -> pb.MediaFile:
    return pb.MediaFile(
        kind=content.kind.value,
        path=path,
        mime=content.mime,
        caption=content.caption,
        file_name=content.file_name,
        width=content.width,
        height=content.height,
        seconds=content.seconds,
        sha256=content.source.sha256,
        thumbnail=content.thumbnail,
        waveform=content.waveform,
    )


def _target(target: Target) -> pb.Target:
    return pb.Target(wire_id=target.wire_id, from_me=target.from_me, sender=target.sender)


def command_request(device: pb.Device, command: Command) -> pb.Request:
    """What is asked of a link besides messages."""
    match command:
        case MarkRead(chat, wire_ids, sender, played):
            read = pb.MarkRead(chat=chat, sender=sender, wire_ids=wire_ids, played=played)
            return pb.Request(device=device, mark_read=read)
        case Typing(chat, state):
            return pb.Request(device=device, typing=pb.Typing(chat=chat, state=state.value))
        case CheckNumbers(phones):
            return pb.Request(device=device, check_numbers=pb.CheckNumbers(phones=phones))
        case RequestHistory(chat, before, at, count):
            older = pb.RequestHistory(
                chat=chat, wire_id=before.wire_id, from_me=before.from_me, at=millis(at), count=count
            )
            return pb.Request(device=device, request_history=older)
        case Probe():
            return pb.Request(device=device, probe=pb.Probe())
        case LookUpGroup() | FetchPicture() | KeepChat():
            return _chat_request(device, command)
        case _:
            assert_never(command)


def _chat_request(device: pb.Device, command: LookUpGroup | FetchPicture | KeepChat) -> pb.Request:
    match command:
        case LookUpGroup(chat):
            return pb.Request(device=device, look_up_group=pb.LookUpGroup(chat=chat))
        case FetchPicture(address):
            return pb.Request(device=device, fetch_picture=pb.FetchPicture(address=address))
        case KeepChat():
            return pb.Request(device=device, keep_chat=_kept(command))


def _kept(command: KeepChat) -> pb.KeepChat:
    told = pb.KeepChat(chat=command.chat)
    if (newest := command.newest) is not None and command.at is not None:
        told.wire_id, told.from_me, told.sender = newest.wire_id, newest.from_me, newest.sender
        told.at = millis(command.at)
    match command.kept:
        case ChatPinned(pinned):
            told.pinned = pinned
        case ChatArchived(archived):
            told.archived = archived
        case ChatMuted(until):
            told.muted_until = 0 if until is None else _silence(until)
        case ChatMarked(unread):
            told.unread = unread
    return told


def _silence(until: datetime) -> int:
    return _FOR_GOOD if until.year >= _NEVER_YEAR else millis(until)


def media_request(device: pb.Device, wanted: MediaAsked) -> pb.Request:
    """Fetch a file into the spool."""
    fetch = pb.FetchMedia(
        ref=wanted.ref, chat=wanted.chat, sender=wanted.sender, wire_id=wanted.wire_id, from_me=wanted.from_me
    )
    return pb.Request(device=device, fetch_media=fetch)
