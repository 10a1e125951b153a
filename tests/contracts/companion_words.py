"""Our words as phones on the test network say them."""

import time
from datetime import UTC, datetime

from hebah.gateway.incoming import ChatNamed, ChatNews, PictureChanged
from hebah.gateway.outgoing import ChatArchived, ChatKept, ChatMarked, ChatMuted, ChatPinned
from hebah.messaging.said import MessageKind, Said, Target
from tests.network import messages
from tests.network.mediacrypto import MediaKind
from tests.network.messages import Context, Key, Quoted
from tests.network.settings import Kept, Setting

SEALED_AS = {
    MessageKind.IMAGE: MediaKind.IMAGE,
    MessageKind.STICKER: MediaKind.IMAGE,
    MessageKind.VIDEO: MediaKind.VIDEO,
    MessageKind.VOICE: MediaKind.AUDIO,
    MessageKind.AUDIO: MediaKind.AUDIO,
    MessageKind.DOCUMENT: MediaKind.DOCUMENT,
}


def wire_message(said: Said, reader: str, file: messages.File | None = None) -> bytes:
    """A serialised message; `reader` is the address of the phone that reads it, as its writer knows it."""
    if file is not None:
        return _with_file(said, file)
    if said.target is not None:
        return _about(said, said.target, reader)
    match said.kind:
        case MessageKind.TEXT:
            return messages.extended_text(said.body, _context(said)) if said.quote else messages.text(said.body)
        case MessageKind.LOCATION if said.place is not None:
            place = said.place
            return messages.location(messages.Place(place.latitude, place.longitude, place.name))
        case MessageKind.CONTACTS:
            cards = [messages.Card(card.name, card.vcard) for card in said.cards]
            return messages.contact(cards[0]) if len(cards) == 1 else messages.contacts(cards)
        case MessageKind.POLL:
            return messages.poll(said.body, said.options)
        case MessageKind.UNKNOWN:
            return said.raw
        case _:
            raise AssertionError(f"phones here do not say {said.kind}")


def kept_on_phone(news: ChatNews) -> Kept:
    """What the owner of a phone does to a chat."""
    match news:
        case ChatPinned(pinned):
            return Kept(Setting.PINNED, pinned)
        case ChatArchived(archived):
            return Kept(Setting.ARCHIVED, archived)
        case ChatMuted(until):
            return Kept(Setting.MUTED, until is not None, 0 if until is None else int(until.timestamp() * 1000))
        case ChatMarked(unread):
            return Kept(Setting.READ, not unread)
        case ChatNamed(name):
            return Kept(Setting.NAMED, name=name)
        case PictureChanged():
            raise AssertionError("pictures are no setting of a chat")


def kept_of(kept: Kept) -> ChatKept:
    """The same the other way around."""
    match kept.setting:
        case Setting.PINNED:
            return ChatPinned(kept.on)
        case Setting.ARCHIVED:
            return ChatArchived(kept.on)
        case Setting.MUTED:
            return ChatMuted(datetime.fromtimestamp(kept.until / 1000, UTC) if kept.on else None)
        case Setting.READ:
            return ChatMarked(not kept.on)
        case Setting.NAMED:
            raise AssertionError("devices name nobody")


def _with_file(said: Said, file: messages.File) -> bytes:
    match said.kind:
        case MessageKind.IMAGE:
            return messages.image(file, said.body, once=said.once)
        case MessageKind.VIDEO:
            return messages.video(file, said.body, once=said.once)
        case MessageKind.VOICE | MessageKind.AUDIO:
            return messages.audio(file, voice=said.kind is MessageKind.VOICE)
        case MessageKind.DOCUMENT:
            return messages.document(file, said.body)
        case MessageKind.STICKER:
            return messages.sticker(file)
        case _:
            raise AssertionError(f"no file goes with {said.kind}")


def _about(said: Said, target: Target, reader: str) -> bytes:
    # What is the reader's own message is not the writer's.
    key = Key(reader, target.wire_id, not target.from_me)
    at_ms = int(time.time() * 1000)
    match said.kind:
        case MessageKind.REACTION:
            return messages.reaction(key, said.body, at_ms)
        case MessageKind.EDIT:
            return messages.edit(key, messages.text(said.body), at_ms)
        case MessageKind.DELETION:
            return messages.revoke(key)
        case _:
            raise AssertionError(f"{said.kind} is about no other message")


def _context(said: Said) -> Context:
    assert said.quote is not None
    sender = f"{said.quote.sender.removeprefix('+')}@s.whatsapp.net"
    return Context(Quoted(said.quote.wire_id, sender, messages.text(said.quote.body)))
