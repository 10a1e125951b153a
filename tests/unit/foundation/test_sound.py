from io import BytesIO

import av
import pytest

from hebah.foundation.sound import STEPS, NotSound, length_of_sound, make_voice_note
from tests.sample_files import RATE, recorded


@pytest.mark.parametrize(
    ("container", "codec"), [("webm", "libopus"), ("ogg", "libopus"), ("mp4", "aac"), ("wav", "pcm_s16le")]
)
def test_whatever_a_browser_records_becomes_ogg_with_opus(container: str, codec: str) -> None:
    note = make_voice_note(recorded(container, codec))

    assert note.data.startswith(b"OggS")
    with av.open(BytesIO(note.data), mode="r") as played:
        (stream,) = played.streams.audio
        assert (stream.codec_context.name, stream.codec_context.channels) == ("opus", 1)
        lasts: int = sum(frame.samples for frame in played.decode(stream))
        assert lasts == pytest.approx(2 * RATE, rel=0.05)
    assert note.seconds == 2


def test_the_waveform_shows_where_it_is_loud() -> None:
    waveform = make_voice_note(recorded("webm", "libopus")).waveform

    assert len(waveform) == STEPS
    assert max(waveform) == 100
    assert sum(waveform[: STEPS // 4]) < sum(waveform[-STEPS // 4 :]) / 2


@pytest.mark.parametrize("data", [b"", b"OggS", b"not sound at all" * 100, recorded("webm", "libopus")[:200]])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(NotSound):
        make_voice_note(data)


@pytest.mark.parametrize(
    "playlist", [b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", b"ffconcat version 1.0\nfile a.ogg\n"]
)
def test_a_list_of_other_files_is_no_sound(playlist: bytes) -> None:
    with pytest.raises(NotSound):
        make_voice_note(playlist)
    with pytest.raises(NotSound):
        length_of_sound(BytesIO(playlist))


def test_a_sound_tells_how_long_it_lasts() -> None:
    assert length_of_sound(BytesIO(recorded("mp3", "libmp3lame", 3))) == 3
