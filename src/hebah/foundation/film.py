"""Films as phones play them: what an MP4 holds, and animations made into one.

Work for a thread: looking takes milliseconds, a GIF of a few seconds takes about one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import BinaryIO

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageSequence

from hebah.foundation.errors import Invalid
from hebah.foundation.pictures import FORMATS, MOST_PIXELS, PictureDamaged, thumbnail_of

_PICTURES, _SOUNDS = frozenset({"h264"}), frozenset({"aac"})
_MILLISECONDS = Fraction(1, 1000)
# GIFs without a pace are shown so by every browser.
_PACE_MS = 100
_MOST_PICTURES = 1500
_LONGEST_SIDE = 720


class FilmNotPlayable(Invalid):
    """A film that phones do not play as a video: another container or another codec (`found`)."""

    code = "film_not_playable"
    sentence = "Phones play MP4 videos with H.264 and AAC; this one has {found}. Send it as a document."
    found: str


class FilmDamaged(Invalid):
    """It begins well and then cannot be read."""

    code = "film_damaged"
    sentence = "This video is damaged or incomplete and cannot be read."


class NotAnAnimation(Invalid):
    """A GIF of one picture, or of too many."""

    code = "not_an_animation"
    sentence = "This GIF has one picture or far too many, so it cannot be sent as a video. Send it as a picture."


@dataclass(frozen=True, slots=True)
class Film:
    """Sizes in pixels as it is shown, and its first picture as a tiny JPEG."""

    width: int
    height: int
    seconds: int
    thumbnail: bytes


def look_at_film(file: BinaryIO) -> Film:
    """What is in an MP4; raises FilmNotPlayable or FilmDamaged."""
    try:
        # The container is named, so that no file can make us open a playlist of other files.
        with av.open(file, mode="r", format="mp4") as source:
            _check(source)
            picture = _first_picture(source)
            seconds = 0 if source.duration is None else source.duration / av.time_base
    except FFmpegError as error:
        raise FilmDamaged() from error
    return Film(picture.width, picture.height, max(1, round(seconds)), thumbnail_of(picture))


def film_of_animation(gif: bytes) -> bytes:
    """A GIF as a silent MP4; raises NotAnAnimation or PictureDamaged."""
    try:
        with Image.open(BytesIO(gif), formats=FORMATS) as animation:
            count = getattr(animation, "n_frames", 1)
            if not 1 < count <= _MOST_PICTURES or animation.width * animation.height > MOST_PIXELS:
                raise NotAnAnimation()
            return _encoded(animation)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise PictureDamaged() from error


def _check(source: InputContainer) -> None:
    if not source.streams.video:
        raise FilmNotPlayable("no_picture")
    pictures = source.streams.video[0].codec_context
    if pictures.width * pictures.height > MOST_PIXELS:
        raise FilmNotPlayable("too_many_pixels")
    sounds = [(stream.codec_context.name, _SOUNDS) for stream in source.streams.audio]
    for codec, playable in [(pictures.name, _PICTURES), *sounds]:
        if codec not in playable:
            raise FilmNotPlayable(codec)


def _first_picture(source: InputContainer) -> Image.Image:
    for frame in source.decode(source.streams.video[0]):
        # Phones film lying down and note how to turn it.
        picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
        return picture.rotate(frame.rotation, expand=True)
    raise FilmDamaged()


def _encoded(animation: Image.Image) -> bytes:
    scale = min(1.0, _LONGEST_SIDE / max(animation.size))
    # H.264 halves the colours both ways, so sides are even.
    size = (max(2, 2 * round(animation.width * scale / 2)), max(2, 2 * round(animation.height * scale / 2)))
    target = BytesIO()
    with _film(target, size) as (film, stream):
        at, last, pace = 0, None, _PACE_MS
        for picture in ImageSequence.Iterator(animation):
            last = _frame(picture, size)
            film.mux(stream.encode(_at(last, at)))
            pace = picture.info.get("duration") or _PACE_MS
            at += max(pace, 10)
        if last is not None:  # once more, so that the last picture stands as long as it should
            film.mux(stream.encode(_at(last, max(at - 1, 1))))
        film.mux(stream.encode(None))
    return target.getvalue()


@contextmanager
def _film(target: BytesIO, size: tuple[int, int]) -> Iterator[tuple[OutputContainer, VideoStream]]:
    with av.open(target, mode="w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "26"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = _MILLISECONDS
        yield film, stream


def _frame(picture: Image.Image, size: tuple[int, int]) -> VideoFrame:
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
    shown = Image.alpha_composite(white, layered).convert("RGB").resize(size)
    frame: VideoFrame = VideoFrame.from_image(shown)  # type: ignore[no-untyped-call]
    return frame


def _at(frame: VideoFrame, ms: int) -> VideoFrame:
    frame.pts, frame.time_base = ms, _MILLISECONDS
    return frame
