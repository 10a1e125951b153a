"""Files as people have them, made by the tests that need them: photographs with grain, films, sounds, animations."""

from __future__ import annotations

import math
import random
from array import array
from io import BytesIO

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageChops

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


def filmed(container: str = "mp4", codec: str = "libx264", seconds: int = 2) -> bytes:
    """A silent film whose left half is red and whose right half is blue."""
    shown = Image.new("RGB", (96, 64), "red")
    shown.paste("blue", (48, 0, 96, 64))
    target = BytesIO()
    with av.open(target, mode="w", format=container) as film:
        stream = film.add_stream(codec, rate=10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for _ in range(10 * seconds):
            film.mux(stream.encode(VideoFrame.from_image(shown)))  # type: ignore[no-untyped-call]
        film.mux(stream.encode(None))
    return target.getvalue()


def moving_gif(pictures: int, size: tuple[int, int] = (51, 33)) -> bytes:
    """An animation of five pictures a second."""
    draw = random.Random(7)
    frames = [Image.new("RGB", size, (draw.randrange(256), draw.randrange(256), 0)) for _ in range(pictures)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return out.getvalue()


def photograph(width: int, height: int) -> Image.Image:
    """Soft shapes under the grain of a sensor: what makes real photographs hard to make small."""
    shapes = Image.effect_mandelbrot((width // 4, height // 4), (-2.0, -1.4, 1.0, 1.4), 60).resize((width, height))
    grain = Image.effect_noise((width, height), 34)
    light = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", [ImageChops.overlay(each, grain) for each in (shapes, light, ImageChops.invert(shapes))])


def picture_file(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file of that format."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
