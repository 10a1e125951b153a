"""Messages of every kind: the library understands what we build, and we understand what it writes."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network import messages
from tests.network.historysync import inline_notification
from tests.network.messages import Context, Key, ViewOnce
from tests.network.protobuf import ProtobufError, decode, encode
from tests.network.reading import FilePart, Kind, Read, read
from tests.unit.network.examples import (
    AT_MS,
    CARD,
    CHUNK,
    CONTEXT,
    FILE,
    GROUP_KEY,
    KEY,
    MESSAGES,
    PLACE,
    SEALED,
    SECRET,
)
from tests.unit.network.vectors import load

VECTORS = load("messages")


@pytest.mark.parametrize("name", MESSAGES)
def test_each_kind_is_built_as_the_library_writes_it(name: str) -> None:
    assert MESSAGES[name].hex() == VECTORS["messages"][name]["data"]


def test_history_is_built_as_the_library_writes_it() -> None:
    assert CHUNK.serialized().hex() == VECTORS["history"]["data"]
    assert zlib.decompress(CHUNK.compressed()) == CHUNK.serialized()


def test_a_small_history_travels_in_its_notification() -> None:
    offer = decode(inline_notification(CHUNK)).message(12).message(6)
    assert zlib.decompress(offer.data(11)) == CHUNK.serialized()
    assert (offer.number(6), offer.number(7), offer.number(9)) == (3, 3, 40)


def reads(name: str) -> Read:
    return read(bytes.fromhex(VECTORS["messages"][name]["data"]))


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("text", Kind.TEXT, "hello"),
        ("extended text", Kind.TEXT, "hello"),
        ("image", Kind.IMAGE, "caption"),
        ("video", Kind.VIDEO, "caption"),
        ("video note", Kind.VIDEO, ""),
        ("audio", Kind.AUDIO, ""),
        ("voice", Kind.VOICE, ""),
        ("document", Kind.DOCUMENT, ""),
        ("document with caption", Kind.DOCUMENT, "caption"),
        ("sticker", Kind.STICKER, ""),
        ("poll", Kind.POLL, "Which day?"),
        ("single choice", Kind.POLL, "Which day?"),
        ("reaction", Kind.REACTION, "👍"),
        ("reaction taken back", Kind.REACTION, ""),
        ("edit", Kind.EDIT, "corrected"),
        ("deletion", Kind.DELETION, ""),
        ("device sent", Kind.TEXT, "hello"),
        ("sender key", Kind.SENDER_KEY, ""),
        ("app state keys", Kind.APP_STATE_KEYS, ""),
        ("history", Kind.HISTORY, ""),
        ("unknown", Kind.UNKNOWN, ""),
    ],
)
def test_kind_and_words_are_read(name: str, kind: Kind, body: str) -> None:
    facts = reads(name)
    assert (facts.kind, facts.body) == (kind, body)


def test_a_quote_is_read_with_what_it_quotes() -> None:
    facts = reads("quote")
    assert facts.quote == CONTEXT.quote
    assert (facts.mentions, facts.expiration) == (CONTEXT.mentions, 86400)
    assert read(facts.quote.message).body == "before" if facts.quote else False


def file_part(**shown: object) -> FilePart:
    facts = {
        "key": SEALED.key, "direct_path": FILE.direct_path, "url": FILE.url, "mime": FILE.mime,
        "sha256": SEALED.sha256, "enc_sha256": SEALED.enc_sha256, "length": SEALED.length,
    }  # fmt: skip
    return FilePart(**{**facts, **shown})  # type: ignore[arg-type]  # facts of several types by name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("image", {"width": 640, "height": 480, "thumbnail": FILE.thumbnail}),
        ("video", {"width": 640, "height": 480, "seconds": 12, "thumbnail": FILE.thumbnail}),
        ("voice", {"seconds": 12, "waveform": FILE.waveform}),
        ("document", {"name": FILE.name, "thumbnail": FILE.thumbnail}),
        ("sticker", {"width": 640, "height": 480, "thumbnail": FILE.thumbnail}),
    ],
)
def test_files_are_read_with_all_that_opens_and_shows_them(name: str, shown: dict[str, object]) -> None:
    assert reads(name).file == file_part(**shown)


def test_places_and_cards_are_read() -> None:
    assert reads("location").place == PLACE
    live = reads("live location")
    assert (live.kind, live.place and live.place.latitude) == (Kind.LIVE_LOCATION, PLACE.latitude)
    assert reads("contact").cards == (CARD,)
    assert reads("contacts").cards == (CARD, CARD)


def test_polls_are_read_with_their_options_and_secret() -> None:
    facts = reads("single choice")
    assert (facts.options, facts.selectable, facts.secret) == (("Monday", "Tuesday"), 1, SECRET)


@pytest.mark.parametrize(("name", "key"), [("reaction", GROUP_KEY), ("edit", KEY), ("deletion", GROUP_KEY)])
def test_what_is_about_another_message_names_it(name: str, key: Key) -> None:
    assert reads(name).target == key


def test_an_edit_brings_the_new_message() -> None:
    assert reads("edit").edited == messages.text("corrected")
    caption = messages.edit(KEY, messages.image(FILE, "better"), AT_MS)
    assert read(caption).body == "better"


def test_wrappers_are_taken_off_and_remembered() -> None:
    assert reads("ephemeral").ephemeral
    assert not reads("quote").ephemeral
    assert reads("image once").once
    sent = reads("device sent")
    assert (sent.sent_to, sent.raw) == ("60155@s.whatsapp.net", messages.text("hello"))
    nested = messages.device_sent("1@lid", messages.ephemeral(messages.view_once(messages.audio(FILE, voice=True))))
    facts = read(nested)
    assert (facts.kind, facts.once, facts.ephemeral, facts.sent_to) == (Kind.VOICE, True, True, "1@lid")


@pytest.mark.parametrize("wrapper", ViewOnce)
def test_all_wrappers_of_what_is_seen_once_are_known(wrapper: ViewOnce) -> None:
    assert read(messages.view_once(messages.image(FILE), wrapper)).once


def test_a_sender_key_is_read_beside_the_message() -> None:
    facts = read(messages.with_distribution(messages.text("hello"), "120363@g.us", b"key"))
    assert (facts.kind, facts.body, facts.distribution) == (Kind.TEXT, "hello", ("120363@g.us", b"key"))


@given(st.text(), st.text(), st.integers(0, 1 << 30), st.lists(st.text(min_size=1)))
def test_any_words_come_back(body: str, name: str, expiration: int, mentions: list[str]) -> None:
    facts = read(messages.extended_text(body, Context(expiration=expiration, mentions=tuple(mentions))))
    assert (facts.body, facts.expiration, facts.mentions) == (body, expiration, tuple(mentions))
    assert read(messages.poll(body, [name, body])).options == (name, body)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        facts = read(data)
    except ProtobufError:
        return
    assert facts.raw is not None


@given(
    st.sampled_from([1, 3, 4, 5, 6, 7, 8, 9, 12, 13, 18, 26, 31, 37, 40, 46, 49, 53, 58, 64, 66]),
    st.binary(max_size=80),
)
def test_any_content_of_a_known_kind_is_read_or_refused(field: int, content: bytes) -> None:
    try:
        read(encode({field: content}))
    except ProtobufError:
        return


def test_edits_of_edits_without_end_are_read() -> None:
    message = messages.text("first")
    for _ in range(3_000):
        message = encode({12: {2: 14, 14: message}})
    assert read(message).kind == Kind.EDIT


def test_wrappers_without_end_are_an_unknown_message() -> None:
    message = messages.text("first")
    for _ in range(3_000):
        message = messages.ephemeral(message)
    assert read(message).kind == Kind.UNKNOWN
