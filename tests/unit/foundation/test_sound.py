import math
from array import array
from io import BytesIO

import av
import pytest
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from hebah.foundation.sound import STEPS, NotSound, make_voice_note

RATE = 48_000


def recorded(container: str, codec: str, seconds: int = 2) -> bytes:
    """A tone that grows louder, as a browser would hand it over."""
    target = BytesIO()
    with av.open(target, mode="w", format=container) as file:
        stream = file.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(stream, AudioStream)
        size = stream.codec_context.frame_size or 960
        for first in range(0, seconds * RATE, size):
            loud = 20_000 * first / (seconds * RATE)
            tone = array("h", (int(loud * math.sin(at / 20)) for at in range(first, first + size)))
            frame = AudioFrame(format="s16", layout="mono", samples=size)
            frame.planes[0].update(tone.tobytes())
            frame.sample_rate, frame.pts = RATE, first
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return target.getvalue()


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
