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


def test_the_place_where_a_photograph_was_taken_stays_at_home_even_when_it_is_small_enough() -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (3.0, 8.0, 51.0), 3: "E", 4: (101.0, 41.0, 36.0)}
    taken = encoded(noise(60, 40), "JPEG", exif=exif, comment=b"at home")
    fitted = fit_picture(taken, most_bytes=LIMIT)
    with Image.open(BytesIO(fitted.data)) as picture:
        assert not dict(picture.getexif())
        assert picture.size == (60, 40)
    assert b"at home" not in fitted.data


def test_what_our_own_pages_made_small_passes_untouched() -> None:
    made = encoded(noise(800, 300), "JPEG", quality=70)
    fitted = fit_picture(made, most_bytes=LIMIT)
    assert (fitted.data, fitted.width, fitted.height) == (made, 800, 300)


def test_a_picture_with_something_behind_its_end_is_made_anew_without_it() -> None:
    both = encoded(noise(60, 40), "JPEG") + b"PK\x03\x04<script>alert(1)</script>"
    assert b"script" not in fit_picture(both, most_bytes=LIMIT).data


def test_a_tiny_picture_stands_for_the_large_one() -> None:
    small = fit_picture(encoded(noise(800, 400), "PNG"), most_bytes=LIMIT).thumbnail
    with Image.open(BytesIO(small)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (72, 36))
    assert len(small) < 4096


def test_a_renamed_executable_is_refused() -> None:
    with pytest.raises(NotAPicture):
        fit_picture(b"MZ\x90\x00" + b"\0" * 500, most_bytes=LIMIT)


def test_a_picture_of_fifty_thousand_by_fifty_thousand_pixels_is_refused_before_decoding() -> None:
    with pytest.raises(TooManyPixels):
        fit_picture(png_that_claims(50_000, 50_000), most_bytes=LIMIT)


def test_a_truncated_picture_is_refused_as_damaged() -> None:
    with pytest.raises(PictureDamaged):
        fit_picture(encoded(noise(300, 300), "JPEG")[:2000], most_bytes=LIMIT)
