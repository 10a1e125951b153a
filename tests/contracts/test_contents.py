"""The contract of contents: every kind that a transport sends arrives as it was meant, and every kind can arrive."""

from dataclasses import replace

import pytest

from hebah.gateway.files import InMemory
from hebah.gateway.incoming import MediaFetched, MediaGone, MessageArrived
from hebah.gateway.outgoing import (
    Accepted,
    DeletionOut,
    EditOut,
    MediaOut,
    Outgoing,
    OutgoingContent,
    ReactionOut,
    Refused,
    TextOut,
)
from hebah.gateway.transport import DeviceRef, Link
from hebah.messaging.said import Card, MediaFacts, MessageKind, Place, Quote, Said, Target
from tests.contracts.harness import (
    Harness,
    asked_for,
    linked_phone,
    new_device,
    next_event,
    next_message,
    online,
    until,
    words,
)

# One network and one companion serve all tests of a module, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
OPUS = "audio/ogg; codecs=opus"
FILES = (
    MediaOut(
        MessageKind.IMAGE, InMemory(JPEG), "image/jpeg", "Menu", width=320, height=240, thumbnail=JPEG[:400]
    ),
    MediaOut(
        MessageKind.VIDEO, InMemory(b"film" * 5000), "video/mp4", "Kedai", "", 64, 48, 9, thumbnail=JPEG[:400]
    ),
    MediaOut(MessageKind.VOICE, InMemory(b"voice" * 900), OPUS, seconds=4, waveform=bytes(range(64))),
    MediaOut(MessageKind.AUDIO, InMemory(b"song" * 4000), "audio/mpeg", seconds=180),
    MediaOut(MessageKind.DOCUMENT, InMemory(b"%PDF-1.7" * 999), "application/pdf", "Sila baca", "Harga 2026.pdf"),
)  # fmt: skip


class Pair:
    """Two linked phones that write to each other."""

    def __init__(self, harness: Harness, phones: tuple[str, str], links: tuple[Link, Link]) -> None:
        self.harness = harness
        self.phone, self.other_phone = phones
        self.link, self.other = links
        self.sent = 0

    async def send(self, content: OutgoingContent, quote: Quote | None = None) -> str | None:
        """Send to the other phone; the wire id, or None when this transport says that it cannot."""
        self.sent += 1
        wire_id = f"3EB0CC{self.sent:06}"
        outcome = await until(self.harness, self.link.send(Outgoing(wire_id, self.other_phone, content, quote)))
        kind = content.kind if isinstance(content, MediaOut) else KINDS[type(content)]
        if kind not in self.harness.transport.capabilities.sends:
            assert outcome == Refused("not_possible")
            return None
        assert isinstance(outcome, Accepted), (kind, outcome)
        return wire_id


KINDS = {
    TextOut: MessageKind.TEXT,
    ReactionOut: MessageKind.REACTION,
    EditOut: MessageKind.EDIT,
    DeletionOut: MessageKind.DELETION,
}


async def paired(harness: Harness, device: DeviceRef) -> Pair:
    other_device = new_device()
    phones = await linked_phone(harness, device), await linked_phone(harness, other_device)
    return Pair(harness, phones, (await online(harness, device), await online(harness, other_device)))


async def fetched(harness: Harness, link: Link, arrived: MessageArrived) -> bytes:
    outcome = await until(harness, link.fetch_media(asked_for(arrived)))
    assert isinstance(outcome, MediaFetched), outcome
    content = b"".join([piece async for piece in outcome.pieces])
    assert len(content) == outcome.size
    return content


async def test_every_file_arrives_as_it_was_sent(harness: Harness, device: DeviceRef) -> None:
    pair = await paired(harness, device)
    for sent in FILES:
        wire_id = await pair.send(sent)
        if wire_id is None:
            continue
        arrived = await next_message(harness, pair.other, sent.kind)
        assert (arrived.wire_id, arrived.chat, arrived.said.body) == (wire_id, pair.phone, sent.caption)
        media = arrived.said.media
        assert media is not None
        assert (media.mime, media.size, media.sha256) == (sent.mime, sent.source.size, sent.source.sha256)
        assert media.seconds == sent.seconds
        assert (media.width, media.height) == (sent.width, sent.height)
        if sent.kind is MessageKind.DOCUMENT:
            assert media.file_name == sent.file_name
        assert (media.waveform, media.thumbnail) == (sent.waveform, sent.thumbnail)
        assert await fetched(harness, pair.other, arrived) == b"".join([piece async for piece in sent.source.read()])


async def test_words_and_files_answer_a_message(harness: Harness, device: DeviceRef) -> None:
    pair = await paired(harness, device)
    assert harness.transport.capabilities.quotes
    asked = await harness.write(pair.other_phone, pair.phone, words("Ada stok?"))
    await next_message(harness, pair.link, MessageKind.TEXT)
    await pair.send(TextOut("Ada, banyak"), Quote(asked, pair.other_phone, "Ada stok?"))
    answer = await next_message(harness, pair.other, MessageKind.TEXT)
    assert answer.said.body == "Ada, banyak"
    assert answer.said.quote == Quote(asked, pair.other_phone, "Ada stok?")
    await pair.send(FILES[0], Quote(asked, pair.other_phone, "Ada stok?"))
    picture = await next_message(harness, pair.other, MessageKind.IMAGE)
    assert picture.said.quote is not None
    assert picture.said.quote.wire_id == asked


async def test_a_reaction_an_edit_and_a_deletion_name_their_message(harness: Harness, device: DeviceRef) -> None:
    pair = await paired(harness, device)
    wire_id = await pair.send(TextOut("Harga RM10"))
    assert wire_id is not None
    await next_message(harness, pair.other, MessageKind.TEXT)
    ours, theirs = Target(wire_id, from_me=True), Target(wire_id, from_me=False)
    for content, kind, body in (
        (ReactionOut(ours, "👍"), MessageKind.REACTION, "👍"),
        (ReactionOut(ours, ""), MessageKind.REACTION, ""),
        (EditOut(ours, "Harga RM12"), MessageKind.EDIT, "Harga RM12"),
        (DeletionOut(ours), MessageKind.DELETION, ""),
    ):
        if await pair.send(content) is None:
            continue
        arrived = await next_message(harness, pair.other, kind)
        assert (arrived.chat, arrived.said.body) == (pair.phone, body)
        assert arrived.said.target is not None
        assert replace(arrived.said.target, sender="") == theirs


async def test_a_person_reacts_to_our_message_and_takes_theirs_back(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    asked = await harness.write(person, phone, words("Ada stok?"))
    await next_message(harness, link, MessageKind.TEXT)
    for kind, body in ((MessageKind.REACTION, "🙏"), (MessageKind.EDIT, "Ada stok lagi?"), (MessageKind.DELETION, "")):
        await harness.write(person, phone, Said(kind, body, target=Target(asked, from_me=False)))
        arrived = await next_message(harness, link, kind)
        assert (arrived.chat, arrived.sender, arrived.said.body) == (person, person, body)
        assert arrived.said.target is not None
        assert replace(arrived.said.target, sender="") == Target(asked, from_me=False)


async def test_kinds_that_only_arrive_keep_what_they_say(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    card = Card("Ali", "BEGIN:VCARD\nVERSION:3.0\nFN:Ali\nEND:VCARD")
    for said in (
        Said(MessageKind.LOCATION, place=Place(3.139, 101.6869, "Pasar Seni")),
        Said(MessageKind.CONTACTS, cards=(card,)),
        Said(MessageKind.CONTACTS, cards=(card, replace(card, name="Abu"))),
        Said(MessageKind.POLL, "Bila?", options=("Pagi", "Petang")),
    ):
        await harness.write(person, phone, said)
        arrived = await next_message(harness, link, said.kind)
        assert (arrived.said.body, arrived.said.place) == (said.body, said.place)
        assert (arrived.said.cards, arrived.said.options) == (said.cards, said.options)


async def test_a_sticker_and_a_picture_to_be_seen_once_arrive(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    facts = MediaFacts(b"", "image/webp", len(JPEG), 512, 512)
    await harness.write(person, phone, Said(MessageKind.STICKER, media=facts), JPEG)
    sticker = await next_message(harness, link, MessageKind.STICKER)
    assert await fetched(harness, link, sticker) == JPEG
    once = Said(MessageKind.IMAGE, media=replace(facts, mime="image/jpeg"), once=True)
    await harness.write(person, phone, once, JPEG)
    assert (await next_message(harness, link, MessageKind.IMAGE)).said.once


async def test_what_nobody_understands_yet_is_kept_as_it_came(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    raw = b"\xda\xa9\x07\x07\x0a\x05later"  # a field that no message has
    await harness.write(person, phone, Said(MessageKind.UNKNOWN, raw=raw))
    assert raw in (await next_message(harness, link, MessageKind.UNKNOWN)).said.raw


async def test_a_file_typed_on_the_phone_can_be_fetched(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    said = Said(MessageKind.IMAGE, "Resit", media=MediaFacts(b"", "image/jpeg", len(JPEG), 320, 240))
    await harness.type_message(phone, person, said, JPEG)
    own = await next_message(harness, link, MessageKind.IMAGE)
    assert (own.from_me, own.chat, own.said.body) == (True, person, "Resit")
    assert await fetched(harness, link, own) == JPEG


async def test_a_file_that_nobody_has_any_more_has_expired(harness: Harness, device: DeviceRef) -> None:
    link, arrived = await with_picture(harness, device)
    await harness.drop_files()
    assert await until(harness, link.fetch_media(asked_for(arrived))) == MediaGone("expired")


async def test_a_file_that_is_not_what_was_sent_is_damaged(harness: Harness, device: DeviceRef) -> None:
    link, arrived = await with_picture(harness, device)
    await harness.damage_files()
    assert await until(harness, link.fetch_media(asked_for(arrived))) == MediaGone("damaged")


async def with_picture(harness: Harness, device: DeviceRef) -> tuple[Link, MessageArrived]:
    """A link on which a picture has arrived."""
    phone = await linked_phone(harness, device)
    person = await harness.new_person()
    link = await online(harness, device)
    said = Said(MessageKind.IMAGE, media=MediaFacts(b"", "image/jpeg", len(JPEG), 320, 240))
    await harness.write(person, phone, said, JPEG)
    return link, await next_event(harness, link, MessageArrived)
