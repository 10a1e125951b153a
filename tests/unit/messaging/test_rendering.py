from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.messaging.rendering import InvalidTemplate, example_values, greeting, missing_values, render
from hebah.messaging.template import Template, parse_template

MORNING = time(9, 30)
SEEDS = st.integers(min_value=-(2**63), max_value=2**63 - 1)


def say(template: str, seed: int = 0, **variables: str) -> str:
    return render(template, variables, seed, MORNING)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Hai {{name}}!", "Hai Siti!"),
        ("Hai {{ name }}!", "Hai Siti!"),
        ("Hai {{NAME}}!", "Hai Siti!"),
        ("Hai {{name|kawan}}!", "Hai Siti!"),
        ("Hai {{bandar|kawan}}!", "Hai kawan!"),
        ("Hai {{bandar}}!", "Hai !"),
        ("{{greeting}}, {{name}}", "Selamat pagi, Siti"),
        ("\\{{{name}}\\}", "{Siti}"),
        ("\\{a\\|b\\}", "{a|b}"),
        ("a|b", "a|b"),
        ("{a\\|b|a\\|b}", "a|b"),
        ("{{{name}}|{{name}}}", "Siti"),
        ("{{x|x}|{x|x}}", "x"),
        ("\\_(o)_/ C:\\hebah", "\\_(o)_/ C:\\hebah"),
        ("  dua  \r\n\n tiga \t\n", "  dua  \r\n\n tiga \t\n"),
        ("Lihat https://x.my/{a|b}?q={{name}}|z ya", "Lihat https://x.my/{a|b}?q={{name}}|z ya"),
        ("HTTPS://X.MY/{a}", "HTTPS://X.MY/{a}"),
        ("{https://x.my/{id}|https://x.my/{id}}", "https://x.my/{id}"),
        ("{lihat https://x.my/a|lihat https://x.my/a} ya", "lihat https://x.my/a ya"),
        ("{{bandar|https://x.my/a}}", "https://x.my/a"),
    ],
)
def test_markers_become_words_and_everything_else_stays(template: str, said: str) -> None:
    assert say(template, name="Siti") == said


@pytest.mark.parametrize("name", ["{x|y}", "{{z}}", "{{name}}", "\\{", "a\nb", "}", "https://x.my/{a|b}", "  Ali  "])
def test_a_name_is_inserted_letter_by_letter_and_never_read_as_template(name: str) -> None:
    assert say("{<{{name}}>|<{{name}}>}", name=name) == f"<{name}>"


def test_a_blank_value_counts_as_missing() -> None:
    assert say("Hai {{name|kawan}}", name="  ") == "Hai kawan"


def test_nobody_can_replace_the_greeting() -> None:
    assert say("{{greeting}}", greeting="Yo") == "Selamat pagi"


def test_a_faulty_template_is_never_sent() -> None:
    with pytest.raises(InvalidTemplate) as refused:
        say("Hai {{7*7}}")

    assert refused.value.code == "template_invalid"
    assert [problem.piece for problem in refused.value.problems] == ["{{7*7}}"]


@pytest.mark.parametrize(
    ("clock", "malay", "english"),
    [
        (time(4, 59), "Selamat malam", "Good evening"),
        (time(5, 0), "Selamat pagi", "Good morning"),
        (time(11, 59, 59), "Selamat pagi", "Good morning"),
        (time(12, 0), "Selamat tengah hari", "Good afternoon"),
        (time(13, 59), "Selamat tengah hari", "Good afternoon"),
        (time(14, 0), "Selamat petang", "Good afternoon"),
        (time(18, 59), "Selamat petang", "Good afternoon"),
        (time(19, 0), "Selamat malam", "Good evening"),
        (time(0, 0), "Selamat malam", "Good evening"),
    ],
)
def test_the_greeting_follows_the_hour_where_the_reader_is(clock: time, malay: str, english: str) -> None:
    assert greeting(clock) == greeting(clock, "ms") == greeting(clock, "ta") == malay
    assert greeting(clock, "en") == english
    assert render("{{greeting}}", {}, 1, clock, "en") == english


def test_holes_are_known_before_sending() -> None:
    template = parse_template("Hai {{name}} dari {{niche|sini}}")
    assert isinstance(template, Template)

    assert missing_values(template, {"name": "Ali"}) == ()
    assert missing_values(template, {"name": " "}) == ("name",)
    assert missing_values(template, {}) == ("name",)


def test_every_variable_has_a_value_for_the_preview() -> None:
    assert example_values(("name", "tarikh_lahir")) == {"name": "Aisyah", "tarikh_lahir": "tarikh lahir"}


# Templates made of parts whose outcome is known.
plain = st.text(alphabet="abc XYZ.,!?*_~'\"()é你", min_size=1, max_size=8)
lines = st.sampled_from(["\n", "\n\n", "\r\n", " \n"])
links = st.from_regex(r"https?://[a-z]{1,5}\.my(/[a-z{}|0-9?=&#%\\-]{0,12})?", fullmatch=True).map(
    lambda link: f" {link} "
)
variables = st.sampled_from(["{{name}}", "{{name|kawan}}", "{{ niche }}", "{{greeting}}", "{{kosong|tiada}}"])
escapes = st.sampled_from(["\\{", "\\}", "\\|"])
words = st.text(alphabet="abcdef gh", min_size=1, max_size=6).filter(str.strip)
choices = st.recursive(
    words | variables,
    lambda inner: st.lists(inner, min_size=2, max_size=4).map(lambda options: "{" + "|".join(options) + "}"),
    max_leaves=8,
)
templates = st.lists(plain | lines | links | variables | escapes | choices, max_size=12)
values = st.text(alphabet="Aa {}|\\你'é", max_size=12)


@given(templates, values, SEEDS)
def test_links_and_line_breaks_are_never_altered(parts: list[str], name: str, seed: int) -> None:
    template = "".join(parts)
    said = render(template, {"name": name, "niche": "x"}, seed, MORNING)

    for link in [part.strip() for part in parts if part.strip().startswith("http")]:
        assert link in said
    assert said.count("\n") == template.count("\n")
    assert said.count("\r") == template.count("\r")


@given(templates, values.filter(str.strip), SEEDS)
def test_names_are_never_altered(parts: list[str], name: str, seed: int) -> None:
    said = render("".join([*parts, "<{{name}}>"]), {"name": name}, seed, MORNING)

    assert said.endswith(f"<{name}>")


@given(templates, SEEDS)
def test_the_same_seed_gives_the_same_words(parts: list[str], seed: int) -> None:
    template = "".join(parts)

    assert say(template, seed, name="Siti") == say(template, seed, name="Siti")


@given(st.lists(plain | lines | variables | choices, max_size=12), SEEDS)
def test_no_marker_is_left_over(parts: list[str], seed: int) -> None:
    said = say("".join(parts), seed, name="Siti", niche="x")

    assert not set("{}|") & set(said)


def test_every_wording_is_reached_and_none_is_favoured() -> None:
    said = [say("{a|b|{c|d}}", seed) for seed in range(3000)]

    share = {wording: said.count(wording) / len(said) for wording in "abcd"}
    assert share == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 6, "d": 1 / 6}, abs=0.04)


@given(st.lists(words.map(str.strip), min_size=2, max_size=5, unique=True))
def test_all_options_are_reachable(options: list[str]) -> None:
    template = "{" + "|".join(options) + "}"

    assert {say(template, seed) for seed in range(200)} == set(options)


def test_choices_are_made_independently() -> None:
    assert {say("{a|b}{c|d}", seed) for seed in range(100)} == {"ac", "ad", "bc", "bd"}


def test_the_words_of_a_seed_are_the_same_in_every_version() -> None:
    assert [say("{a|b|c}", seed) for seed in (0, 1, 2, -5, 2**62)] == ["b", "a", "b", "a", "c"]
