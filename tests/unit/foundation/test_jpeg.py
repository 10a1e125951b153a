from io import BytesIO

import pytest
from PIL import Image

from hebah.foundation.jpeg import is_bare_jpeg


def jpeg(**options: object) -> bytes:
    out = BytesIO()
    Image.effect_noise((64, 48), 80).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def with_thumbnail_of_its_own() -> bytes:
    plain = jpeg()
    return plain[:4] + b"\x00\x13" + plain[6:18] + b"\x01\x01" + b"rgb" + plain[20:]


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True, "quality": 30}])
def test_a_picture_and_nothing_else_is_bare(options: dict[str, object]) -> None:
    assert is_bare_jpeg(jpeg(**options))


@pytest.mark.parametrize(
    "data",
    [
        jpeg(exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
        jpeg(comment=b"taken at home"),
        jpeg(icc_profile=bytes(200)),
        with_thumbnail_of_its_own(),
        jpeg() + b"PK\x03\x04 a whole archive",
        jpeg(progressive=True) + b"<script>alert(1)</script>",
        jpeg()[:-2],
        jpeg()[:300],
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9" + b"x",
        b"\x89PNG\r\n\x1a\n",
        b"",
    ],
)
def test_whatever_carries_more_than_the_picture_is_not(data: bytes) -> None:
    assert not is_bare_jpeg(data)
