from io import BytesIO

import pytest
from PIL import Image

from hebah.foundation.film import (
    FilmDamaged,
    FilmNotPlayable,
    NotAnAnimation,
    film_of_animation,
    look_at_film,
)
from hebah.foundation.pictures import PictureDamaged
from tests.sample_files import filmed, moving_gif

_UPRIGHT = b"\x00\x01\x00\x00" + bytes(12) + b"\x00\x01\x00\x00" + bytes(12) + b"\x40\x00\x00\x00"
_TURNED = bytes(4) + b"\x00\x01\x00\x00" + bytes(4) + b"\xff\xff\x00\x00" + bytes(16) + b"\x40\x00\x00\x00"


def test_an_mp4_tells_its_size_its_length_and_its_first_picture() -> None:
    film = look_at_film(BytesIO(filmed(seconds=3)))

    assert (film.width, film.height, film.seconds) == (96, 64, 3)
    with Image.open(BytesIO(film.thumbnail)) as small:
        assert small.format == "JPEG"
        assert max(small.size) <= 72


def test_a_film_made_lying_down_is_described_as_it_is_shown() -> None:
    lying = filmed()
    track = lying.rindex(_UPRIGHT)

    film = look_at_film(BytesIO(lying[:track] + _TURNED + lying[track + len(_TURNED) :]))

    assert (film.width, film.height) == (64, 96)
    with Image.open(BytesIO(film.thumbnail)) as small:
        above, below = (small.crop((0, top, small.width, top + 9)) for top in (0, small.height - 9))
        red, _, blue = (band.histogram() for band in above.split())
        assert sum(red[200:]) > sum(blue[200:]) == 0, "the left of the film is above"
        assert sum(below.getchannel("B").histogram()[200:]) > 0


@pytest.mark.parametrize(("container", "codec", "found"), [("mp4", "mpeg4", "mpeg4"), ("mp4", "libx265", "hevc")])
def test_a_film_that_phones_do_not_play_is_refused_by_its_codec(container: str, codec: str, found: str) -> None:
    with pytest.raises(FilmNotPlayable) as refused:
        look_at_film(BytesIO(filmed(container, codec)))
    assert refused.value.found == found


@pytest.mark.parametrize("kept", [40, 400])
def test_a_film_cut_short_is_refused(kept: int) -> None:
    with pytest.raises(FilmDamaged):
        look_at_film(BytesIO(filmed()[:kept]))


def test_an_animation_becomes_a_film_that_lasts_as_long() -> None:
    film = look_at_film(BytesIO(film_of_animation(moving_gif(10))))

    assert (film.width, film.height, film.seconds) == (52, 32, 2)


def test_a_gif_of_one_picture_is_no_animation() -> None:
    with pytest.raises(NotAnAnimation):
        film_of_animation(moving_gif(1))


def test_half_an_animation_is_damaged() -> None:
    whole = moving_gif(10, (400, 300))
    with pytest.raises((PictureDamaged, NotAnAnimation)):
        film_of_animation(whole[: len(whole) // 20])
