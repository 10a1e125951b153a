"""Our words as phones on the test network say them."""

import time

from hebah.messaging.said import MessageKind, Said, Target
from tests.network import messages
from tests.network.mediacrypto import MediaKind
from tests.network.messages import Context, Key, Quoted

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
