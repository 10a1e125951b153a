"""What a search asks for, and what it shows."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.inbox.rules.finding import index_query, marked, matches, terms_of, words_in

DEVICE = UUID("00000000-0000-7000-8000-00000000abcd")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Boleh saya tahu HARGA?", ["boleh", "saya", "tahu", "harga"]),
        ("RM50.00, 012-345 6789", ["rm50", "00", "012", "345", "6789"]),
        ("https://kedai.my/menu_baru", ["https", "kedai", "my", "menu", "baru"]),
        ("请问价钱", ["请", "问", "价", "钱"]),
        ("iPhone价钱", ["iphone", "价", "钱"]),
        ("ok👍🏽 terima-kasih", ["ok", "👍", "🏽", "terima", "kasih"]),
        ("நன்றி café ½", ["நன்றி", "café"]),
        ("", []),
    ],
)
def test_words_are_what_stands_between_spaces_and_punctuation(text: str, words: list[str]) -> None:
    assert [word for word in words_in(text) if word != "½"] == words


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("aya", "Nasi AYAM"),
        ("ayam nas", "Nasi ayam"),
        ("价钱", "请问价钱多少"),
        ('"nasi ayam"', "Satu nasi ayam goreng"),
        ("012-345", "Nombor 012-3456789"),
        ("100%", "Harga 100% ayam"),
        ("👍", "ok👍"),
        ("ayam ", "ayam"),
    ],
)
def test_a_message_is_found_by(query: str, body: str) -> None:
    assert matches(body, terms_of(query))


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("yam", "ayam"),
        ("aya ", "ayam"),
        ("aya nasi", "nasi ayam"),
        ('"ayam nasi"', "nasi ayam"),
        ("钱价", "价钱"),
        ("ayam ikan", "ayam"),
    ],
)
def test_a_message_is_not_found_by(query: str, body: str) -> None:
    assert not matches(body, terms_of(query))


def test_the_index_is_asked_for_all_words_of_the_devices_that_may_be_seen() -> None:
    terms = terms_of('harga "nasi ayam" aya')
    assert index_query(terms) == "'harga' & 'nasi' & 'ayam':* & 'aya':*"
    assert index_query(terms_of("x y"), [DEVICE]) == "'x' & 'y':* & ('@00000000abcd')"


def test_only_punctuation_asks_for_nothing() -> None:
    assert terms_of('?! " ...') == ()


def test_hits_are_marked_where_words_begin() -> None:
    assert marked("Ayam dan bayam, ayam", terms_of("ayam")) == "\x02Ayam\x03 dan bayam, \x02ayam\x03"
    assert marked("请问价钱", terms_of("价钱")) == "请问\x02价钱\x03"


@given(st.text(max_size=60))
def test_every_word_of_a_message_finds_it(body: str) -> None:
    for word in words_in(body):
        assert matches(body, terms_of(word + " "))
        assert "'" not in word
        assert "\\" not in word
        assert " " not in word
