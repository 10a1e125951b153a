"""Pictures made fit to be sent: verified, upright, opaque, without metadata, and under a limit of bytes.

A JPEG that is all this already, as our own pages make them, is kept byte for byte.

Pure computation on bytes (about 0.3 s of CPU for a 12 megapixel photograph): call it in a thread.
"""

import math
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from hebah.foundation.errors import Invalid, TooLarge
from hebah.foundation.jpeg import is_bare_jpeg

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MOST_PIXELS = 50_000_000
"""Phones take photographs of 50 megapixels; anything beyond is a mistake or an attack."""

THUMBNAIL_SIDE = 72
_THUMBNAIL_QUALITY = 60

_FIRST_QUALITY = 85
_LOWEST_QUALITY = 45
# Measured on photographs: the logarithm of the size falls by this much per step of JPEG quality.
_LOG_SIZE_PER_QUALITY = 0.033
_AIM = 0.95
# EXIF counts eight ways to hold a camera; from here on it lies on its side.
_FIRST_SIDEWAYS = 5


class NotAPicture(Invalid):
    """The bytes are not one of the formats we take, whatever the file is called."""

    code = "not_a_picture"
    sentence = "This file is not a JPEG, PNG, GIF or WebP picture."


class PictureDamaged(Invalid):
    """The picture begins well and then cannot be decoded."""

    code = "picture_damaged"
    sentence = "This picture is damaged and cannot be read. Save it again and retry."


class TooManyPixels(TooLarge):
    """Decoding would take more memory than a picture deserves."""

    code = "too_many_pixels"
    sentence = "This picture has too many pixels: at most {most} are accepted."
    most: int


@dataclass(frozen=True, slots=True)
class FittedPicture:
    """A JPEG without metadata that keeps to the limit, and a tiny one of it."""

    data: bytes
    width: int
    height: int
    thumbnail: bytes


def fit_picture(data: bytes, *, most_bytes: int, longest_side: int = 1600) -> FittedPicture:
    """Decode, turn upright, lay transparency on white and encode as JPEG of at most `most_bytes`."""
    picture = _decode(data, longest_side)
    if len(data) <= most_bytes and max(picture.size) <= longest_side and is_bare_jpeg(data):
        return FittedPicture(data, picture.width, picture.height, thumbnail_of(picture))
    picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    small = thumbnail_of(picture)
    while True:
        encoded = _encode_within(picture, most_bytes)
        if encoded is not None:
            return FittedPicture(encoded, picture.width, picture.height, small)
        picture = picture.resize(
            (max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)), Image.Resampling.LANCZOS
        )


def size_of_picture(data: bytes) -> tuple[int, int] | None:
    """Width and height in which a picture is looked at, read from its beginning; None for what is no picture."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
            is_on_its_side = picture.getexif().get(ExifTags.Base.Orientation, 1) >= _FIRST_SIDEWAYS
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        return None
    return (height, width) if is_on_its_side else (width, height)


def thumbnail_of(picture: Image.Image) -> bytes:
    """What is shown until the picture itself is there: a JPEG of 72 pixels and about 2 KB."""
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BILINEAR)
    return _encode(small, _THUMBNAIL_QUALITY)


def _decode(data: bytes, longest_side: int) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooManyPixels(MOST_PIXELS)
            # JPEG can be decoded at a fraction of its size, which is most of the work saved.
            picture.draft("RGB", (longest_side * 2, longest_side * 2))
            picture.seek(0)
            picture.load()
            shown = _opaque(ImageOps.exif_transpose(picture))
            shown.info.clear()  # comments, XMP and all else that an encoder would carry over
            return shown
    except Image.DecompressionBombError as error:
        raise TooManyPixels(MOST_PIXELS) from error
    except UnidentifiedImageError as error:
        raise NotAPicture from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise PictureDamaged from error


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layered).convert("RGB")
    return picture.convert("RGB")


def _encode_within(picture: Image.Image, most_bytes: int) -> bytes | None:
    """The best quality that fits, found in few encodes; None when even the lowest does not."""
    quality = _FIRST_QUALITY
    while True:
        encoded = _encode(picture, quality)
        if len(encoded) <= most_bytes:
            return encoded
        if quality == _LOWEST_QUALITY:
            return None
        step = math.log(len(encoded) / (most_bytes * _AIM)) / _LOG_SIZE_PER_QUALITY
        quality = max(_LOWEST_QUALITY, quality - max(1, math.ceil(step)))


def _encode(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    # A new image carries no EXIF, so nothing of the camera or the place leaves the house.
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True, exif=b"", icc_profile=None)
    return out.getvalue()
