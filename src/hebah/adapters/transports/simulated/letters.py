"""A message as the simulated network carries it: what it says, and the file that goes with it."""

from dataclasses import dataclass, replace

from hebah.gateway.outgoing import DeletionOut, EditOut, MediaOut, Outgoing, ReactionOut, TextOut
from hebah.messaging.said import MediaFacts, MessageKind, Said

MAX_IMAGE_BYTES = 350 * 1024
MAX_FILE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Letter:
    """One message under way. A file beyond the limits stays behind: its facts are enough to refuse it."""

    wire_id: str
    to: str
    said: Said
    file: bytes = b""

    @property
    def is_too_large(self) -> bool:
        """Whether the network takes no such file."""
        if self.said.media is None:
            return False
        return self.said.media.size > (MAX_IMAGE_BYTES if self.said.kind is MessageKind.IMAGE else MAX_FILE_BYTES)


def letter_of(message: Outgoing, file: bytes = b"") -> Letter:
    """What we put on the wire."""
    return Letter(message.wire_id, message.to, replace(_said(message), quote=message.quote), file)


def words(said: str | Said) -> Said:
    """Plain words as a message, and any message as it is."""
    return Said(MessageKind.TEXT, said) if isinstance(said, str) else said


def as_others_see(said: Said) -> Said:
    """The same message on the other side of a chat of two, where ours is theirs."""
    if said.target is None:
        return said
    return replace(said, target=replace(said.target, from_me=not said.target.from_me))


def _said(message: Outgoing) -> Said:
    match message.content:
        case TextOut(body):
            return Said(MessageKind.TEXT, body)
        case MediaOut() as sent:
            return Said(sent.kind, sent.caption, media=_facts(sent))
        case ReactionOut(target, emoji):
            return Said(MessageKind.REACTION, emoji, target=target)
        case EditOut(target, body):
            return Said(MessageKind.EDIT, body, target=target)
        case DeletionOut(target):
            return Said(MessageKind.DELETION, target=target)


def _facts(sent: MediaOut) -> MediaFacts:
    return MediaFacts(
        ref=b"",  # the network names it
        mime=sent.mime,
        size=sent.source.size,
        width=sent.width,
        height=sent.height,
        seconds=sent.seconds,
        file_name=sent.file_name,
        thumbnail=sent.thumbnail,
        sha256=sent.source.sha256,
        waveform=sent.waveform,
    )
