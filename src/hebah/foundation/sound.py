"""Sound: voice notes as WhatsApp plays them (ogg with opus, and the waveform that is drawn beside the button), and how
long other sounds last.

Pure computation on bytes (5 ms for ten seconds that a browser recorded as opus, half a second a minute for AAC): call
it in a thread.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from hebah.foundation.errors import Invalid, TooLarge

STEPS = 64
"""How many bars the waveform has; each is 0 to 100."""

LONGEST_S = 3600

_RATE = 48_000
_BIT_RATE = 24_000
_OF_WAVEFORM = 8_000
# The container is always named: asked to guess, the library would also open playlists of other files.
_FORMATS = (
    (re.compile(rb"OggS"), "ogg"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "matroska"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "wav"),
    (re.compile(rb"....ftyp", re.DOTALL), "mp4"),
    (re.compile(rb"#!AMR"), "amr"),
    (re.compile(rb"\xff[\xf1\xf9]"), "aac"),
    (re.compile(rb"ID3|\xff[\xe2-\xff]"), "mp3"),
)
_LONGEST_MAGIC = 12


class NotSound(Invalid):
    """The bytes hold no sound we can read."""

    code = "not_a_recording"
    sentence = "This recording cannot be read. Record it again, or send the file as a document."


class RecordingTooLong(TooLarge):
    """Longer than anybody listens."""

    code = "recording_too_long"
    sentence = "A recording may last {most_minutes} minutes."
    most_minutes: int


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """Ogg with opus; the waveform has 64 steps from 0 to 100."""

    data: bytes
    seconds: int
    waveform: bytes


def make_voice_note(recording: bytes) -> VoiceNote:
    """What a browser has recorded (WebM or ogg with opus, MP4 with AAC, WAV), made a voice note.

    Opus is kept as it is, everything else is encoded anew. Raises NotSound and RecordingTooLong.
    """
    try:
        with _open(BytesIO(recording)) as source:
            stream = _sound_of(source)
            data = _remuxed(source, stream) if stream.codec_context.name == "opus" else _encoded(source, stream)
        loudness, seconds = _listen(data)
    except FFmpegError as error:
        raise NotSound() from error
    if seconds == 0:
        raise NotSound()
    return VoiceNote(data, max(round(seconds), 1), loudness)


def length_of_sound(file: BinaryIO) -> int:
    """How many seconds it lasts, at least one, 0 when it does not say; raises NotSound."""
    try:
        with _open(file) as source:
            _sound_of(source)
            return 0 if source.duration is None else max(1, round(source.duration / av.time_base))
    except FFmpegError as error:
        raise NotSound() from error


def _open(file: BinaryIO) -> InputContainer:
    start = file.read(_LONGEST_MAGIC)
    file.seek(0)
    for pattern, name in _FORMATS:
        if pattern.match(start):
            return av.open(file, mode="r", format=name)
    raise NotSound()


def _sound_of(source: InputContainer) -> AudioStream:
    if not source.streams.audio:
        raise NotSound()
    return source.streams.audio[0]


def _remuxed(source: InputContainer, stream: AudioStream) -> bytes:
    target = BytesIO()
    with av.open(target, mode="w", format="ogg") as note:
        copy = note.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                note.mux(packet)
    return target.getvalue()


def _encoded(source: InputContainer, stream: AudioStream) -> bytes:
    target = BytesIO()
    with av.open(target, mode="w", format="ogg") as note:
        opus = note.add_stream("libopus", rate=_RATE, layout="mono")
        opus.bit_rate = _BIT_RATE
        for frame in _frames(source, stream, AudioResampler("s16", "mono", _RATE)):
            note.mux(opus.encode(frame))
        note.mux(opus.encode(None))
    return target.getvalue()


def _frames(source: InputContainer, stream: AudioStream, resampler: AudioResampler) -> Iterator[AudioFrame]:
    heard = 0
    for frame in source.decode(stream):
        heard += frame.samples
        if heard > LONGEST_S * frame.sample_rate:
            raise RecordingTooLong(LONGEST_S // 60)
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _listen(data: bytes) -> tuple[bytes, float]:
    """How loud each 64th of it is, of the loudest, and how long it lasts in seconds."""
    samples = array("h")
    with _open(BytesIO(data)) as source:
        for frame in _frames(source, _sound_of(source), AudioResampler("s16", "mono", _OF_WAVEFORM)):
            samples.frombytes(bytes(frame.planes[0])[: 2 * frame.samples])
    if not samples:
        return bytes(STEPS), 0.0
    step = max(len(samples) // STEPS, 1)
    peaks = [max(map(abs, samples[start : start + step]), default=0) for start in range(0, step * STEPS, step)]
    loudest = max(*peaks, 1)
    return bytes(100 * peak // loudest for peak in peaks), len(samples) / _OF_WAVEFORM
