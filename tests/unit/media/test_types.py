from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.media import rules
from hebah.media.model import Media
from hebah.messaging.said import MessageKind


@pytest.mark.parametrize(
    ("start", "told", "mime"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/jpeg", "image/png"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", "image/webp"),
        (b"OggS\x00\x02", "audio/ogg; codecs=opus", "audio/ogg"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4", "video/mp4"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4", "audio/mp4"),
        (b"%PDF-1.7", "application/pdf", "application/pdf"),
        (b"PK\x03\x04\x14", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"nama,telefon\n", "text/csv", "text/csv"),
        (b"<html><script>", "image/png", rules.UNKNOWN),
        (b"<svg onload=", "image/svg+xml", rules.UNKNOWN),
        (b"MZ\x90\x00", "application/x-msdownload", rules.UNKNOWN),
        (b"", "", rules.UNKNOWN),
    ],
)  # fmt: skip
def test_a_file_is_what_its_first_bytes_say(start: bytes, told: str, mime: str) -> None:
    assert rules.type_of(start, told) == mime


@given(st.binary(max_size=64), st.text(max_size=40))
def test_only_pictures_sound_and_film_that_begin_as_such_are_shown(start: bytes, told: str) -> None:
    mime = rules.type_of(start, told)
    assert rules.may_be_shown(mime) == (mime.partition("/")[0] in {"image", "audio", "video"}) or mime in {
        "image/heic",
        "image/avif",
    }


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"])
def test_nothing_that_can_act_in_our_name_is_shown(mime: str) -> None:
    assert not rules.may_be_shown(mime)
    assert not rules.may_be_shown(rules.type_of(b"<html>", mime))


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("", None),
        ("bytes=0-", range(10)),
        ("bytes=4-6", range(4, 7)),
        ("bytes=4-600", range(4, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-30", range(10)),
        ("bytes=-0", range(0)),
        ("bytes=10-", range(0)),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-1", None),
    ],
)
def test_a_player_gets_the_part_it_asks_for(asked: str, part: range | None) -> None:
    assert rules.part_of(asked, 10) == part


def stored(mime: str, size: int = 1000, waveform: bytes = b"") -> Media:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Media(UUID(int=1), UUID(int=2), b"", mime, size, None, None, "", at, waveform=waveform)


@pytest.mark.parametrize(
    ("kind", "file", "may"),
    [
        (MessageKind.IMAGE, stored("image/jpeg"), True),
        (MessageKind.IMAGE, stored("image/jpeg", 2_000_000), False),
        (MessageKind.IMAGE, stored("image/png"), False),
        (MessageKind.VIDEO, stored("video/mp4"), True),
        (MessageKind.VIDEO, stored("video/webm"), False),
        (MessageKind.VOICE, stored("audio/ogg", waveform=bytes(64)), True),
        (MessageKind.VOICE, stored("audio/ogg"), False),
        (MessageKind.AUDIO, stored("audio/mpeg"), True),
        (MessageKind.AUDIO, stored("text/html"), False),
        (MessageKind.DOCUMENT, stored("text/html"), True),
    ],
)
def test_a_file_is_sent_only_as_what_it_is_fit_for(kind: MessageKind, file: Media, may: bool) -> None:
    assert rules.may_go_as(kind, file) is may
