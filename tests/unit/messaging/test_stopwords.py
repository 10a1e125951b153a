import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.messaging.stopwords import is_opt_out


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        "Stop.",
        " stop \n",
        "STOP!!!",
        "*STOP*",
        '"stop"',
        "\N{LEFT DOUBLE QUOTATION MARK}Stop\N{RIGHT DOUBLE QUOTATION MARK}",
        "\uff33\uff34\uff2f\uff30",
        "STOP \N{PERSON WITH FOLDED HANDS}",
        "\N{OCTAGONAL SIGN}\N{VARIATION SELECTOR-16} stop",
        "\N{LEFT-TO-RIGHT MARK}stop",
        "BERHENTI",
        "berhenti.",
        "Berhenti!",
    ],
)
def test_the_single_word_is_an_opt_out_however_it_is_dressed(text: str) -> None:
    assert is_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "please don't stop",
        "bus stop",
        "stop it",
        "STOP STOP",
        "stopped",
        "s t o p",
        "jangan berhenti",
        "tak nak",
        "unsubscribe",
        "non-stop",
    ],
)
def test_anything_else_is_ordinary_conversation(text: str) -> None:
    assert not is_opt_out(text)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert is_opt_out(text) in (True, False)


@given(st.sampled_from(["stop", "berhenti"]), st.text(alphabet=" .,!?*_~\"'-\n", max_size=5), st.data())
def test_case_and_surrounding_punctuation_do_not_matter(word: str, around: str, data: st.DataObject) -> None:
    typed = "".join(data.draw(st.sampled_from([letter, letter.upper()])) for letter in word)

    assert is_opt_out(around + typed + around)
