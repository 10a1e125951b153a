"""What a row of the outbox says: on the wire, and in the chat afterwards."""

from dataclasses import replace

from hebah.gateway.outgoing import (
    DeletionOut,
    EditOut,
    MediaOut,
    Outgoing,
    OutgoingContent,
    ReactionOut,
    Refused,
    TextOut,
)
from hebah.messaging.said import ABOUT_ANOTHER, ByHand, MediaFacts, MessageKind, Said, Target
from hebah.outbox.model import Dispatch

_AS_FILES = frozenset(
    {MessageKind.IMAGE, MessageKind.VIDEO, MessageKind.VOICE, MessageKind.AUDIO, MessageKind.DOCUMENT}
)


def outgoing_of(dispatch: Dispatch, file: MediaOut | None) -> Outgoing | Refused:
    """The message as a link takes it, with the file of the row where it has one."""
    content = _campaign(dispatch, file) if dispatch.said is None else _by_hand(dispatch.said, file)
    if isinstance(content, Refused):
        return content
    return Outgoing(dispatch.wire_id, dispatch.to, content, None if dispatch.said is None else dispatch.said.quote)


def said_of(dispatch: Dispatch) -> Said:
    """The message as its chat keeps it; the bytes of its file are in the media store."""
    said = dispatch.said
    if said is None:
        return Said(MessageKind.TEXT if dispatch.media_id is None else MessageKind.IMAGE, dispatch.body)
    return Said(said.kind, said.body, media=_facts(said), quote=said.quote, target=said.target)


def _campaign(dispatch: Dispatch, file: MediaOut | None) -> OutgoingContent | Refused:
    if file is None:
        return TextOut(dispatch.body)
    return replace(file, caption=dispatch.body) if file.mime.startswith("image/") else Refused("not_possible")


def _by_hand(said: ByHand, file: MediaOut | None) -> OutgoingContent | Refused:
    if said.kind is MessageKind.TEXT:
        return TextOut(said.body)
    if said.kind in ABOUT_ANOTHER:
        return Refused("not_possible") if said.target is None else _about(said, said.target)
    return _file(said, file) if said.kind in _AS_FILES and file is not None else Refused("not_possible")


def _about(said: ByHand, target: Target) -> OutgoingContent:
    if said.kind is MessageKind.REACTION:
        return ReactionOut(target, said.body)
    return EditOut(target, said.body) if said.kind is MessageKind.EDIT else DeletionOut(target)


def _file(said: ByHand, file: MediaOut) -> MediaOut:
    sent = replace(file, kind=said.kind, caption=said.body)
    if said.file is None:
        return sent
    facts = said.file
    return replace(
        sent,
        mime=facts.mime or file.mime,
        file_name=facts.name,
        width=facts.width or file.width,
        height=facts.height or file.height,
        seconds=facts.seconds,
        waveform=facts.waveform,
    )


def _facts(said: ByHand) -> MediaFacts | None:
    facts = said.file
    if facts is None or said.kind not in _AS_FILES:
        return None
    return MediaFacts(
        ref=b"",
        mime=facts.mime,
        size=0,
        width=facts.width,
        height=facts.height,
        seconds=facts.seconds,
        file_name=facts.name,
        waveform=facts.waveform,
    )
