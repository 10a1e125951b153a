"""What becomes of pictures before they are sent."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from hebah.foundation.pictures import NotAPicture, PictureDamaged, TooManyPixels, fit_picture

LIMIT = 350 * 1024


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 64)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_every_accepted_format_becomes_a_jpeg(kind: str) -> None:
    fitted = fit_picture(encoded(noise(40, 30), kind), most_bytes=LIMIT)
    with Image.open(BytesIO(fitted.data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 30))


def test_even_pure_noise_keeps_to_the_limit() -> None:
    fitted = fit_picture(encoded(noise(2200, 1700), "JPEG", quality=95), most_bytes=LIMIT)
    assert len(fitted.data) <= LIMIT
    assert max(fitted.width, fitted.height) <= 1600


def test_a_tiny_limit_shrinks_the_picture_instead_of_failing() -> None:
    assert len(fit_picture(encoded(noise(800, 800), "PNG"), most_bytes=5_000).data) <= 5_000


def test_transparency_is_laid_on_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    with Image.open(BytesIO(fit_picture(encoded(clear, "PNG"), most_bytes=LIMIT).data)) as picture:
        assert picture.getpixel((10, 10)) == (255, 255, 255)


def test_a_photograph_taken_sideways_is_turned_upright_and_loses_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn by 90 degrees
    exif[0x010F] = "A camera maker"
    fitted = fit_picture(encoded(noise(40, 20), "JPEG", exif=exif), most_bytes=LIMIT)
    with Image.open(BytesIO(fitted.data)) as picture:
        assert picture.size == (20, 40)
        assert not dict(picture.getexif())


def test_a_renamed_executable_is_refused() -> None:
    with pytest.raises(NotAPicture):
        fit_picture(b"MZ\x90\x00" + b"\0" * 500, most_bytes=LIMIT)


def test_a_picture_of_fifty_thousand_by_fifty_thousand_pixels_is_refused_before_decoding() -> None:
    with pytest.raises(TooManyPixels):
        fit_picture(png_that_claims(50_000, 50_000), most_bytes=LIMIT)


def test_a_truncated_picture_is_refused_as_damaged() -> None:
    with pytest.raises(PictureDamaged):
        fit_picture(encoded(noise(300, 300), "JPEG")[:2000], most_bytes=LIMIT)
