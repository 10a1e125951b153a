import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.messaging.template import (
    DEEPEST,
    Template,
    TemplateFault,
    TemplateRefused,
    parse_template,
    variable_name,
    variables_required,
    variables_used,
)


def faults(text: str) -> list[tuple[TemplateFault, str]]:
    refused = parse_template(text)
    assert isinstance(refused, TemplateRefused), text
    return [(problem.code, problem.piece) for problem in refused.problems]


def accepted(text: str, known: frozenset[str] | None = None) -> Template:
    template = parse_template(text, known)
    assert isinstance(template, Template), template
    return template


@pytest.mark.parametrize(
    ("text", "fault", "piece"),
    [
        ("Hai {{nama}}", TemplateFault.UNKNOWN_VARIABLE, "{{nama}}"),
        ("Hai {{7*7}}", TemplateFault.UNKNOWN_VARIABLE, "{{7*7}}"),
        ("Hai {{name.upper()}}", TemplateFault.UNKNOWN_VARIABLE, "{{name.upper()}}"),
        ("Hai {{}}", TemplateFault.UNKNOWN_VARIABLE, "{{}}"),
        ("Hai {{ }}", TemplateFault.UNKNOWN_VARIABLE, "{{ }}"),
        ("Hai {{name|a|b}}", TemplateFault.BAR_IN_FALLBACK, "{{name|a|b}}"),
        ("Hai {{name}", TemplateFault.UNCLOSED_VARIABLE, "{{name}"),
        ("Hai {{name} apa khabar", TemplateFault.UNCLOSED_VARIABLE, "{{name}"),
        ("Hai {{name|kawan} apa khabar", TemplateFault.UNCLOSED_VARIABLE, "{{name|kawan}"),
        ("Hai {a|b", TemplateFault.UNCLOSED_BRACE, "{"),
        ("Hai {", TemplateFault.UNCLOSED_BRACE, "{"),
        ("Hai {a|https://x.my/{b}", TemplateFault.UNCLOSED_BRACE, "{"),
        ("Hai }", TemplateFault.UNOPENED_BRACE, "}"),
        ("Hai {a|b}}", TemplateFault.UNOPENED_BRACE, "}"),
        ("Hai {a|}", TemplateFault.EMPTY_OPTION, "|}"),
        ("Hai {|a}", TemplateFault.EMPTY_OPTION, "{|"),
        ("Hai {a| |b}", TemplateFault.EMPTY_OPTION, "| |"),
        ("Hai {name}", TemplateFault.SINGLE_OPTION, "{name}"),
    ],
)
def test_a_fault_is_named_and_placed(text: str, fault: TemplateFault, piece: str) -> None:
    assert (fault, piece) in faults(text)
    refused = parse_template(text)
    assert isinstance(refused, TemplateRefused)
    for problem in refused.problems:
        assert text[problem.start : problem.end] == problem.piece
        assert problem.sentence_key == problem.code.value


def test_all_faults_are_told_at_once_in_the_order_of_the_text() -> None:
    assert faults("{{x}} } {a|} {{y}}") == [
        (TemplateFault.UNKNOWN_VARIABLE, "{{x}}"),
        (TemplateFault.UNOPENED_BRACE, "}"),
        (TemplateFault.EMPTY_OPTION, "|}"),
        (TemplateFault.UNKNOWN_VARIABLE, "{{y}}"),
    ]


def test_nesting_beyond_reason_is_one_fault() -> None:
    assert [code for code, _ in faults("{" * 5000)] == [TemplateFault.TOO_DEEP]
    deepest = "x"
    for _ in range(DEEPEST):
        deepest = "{" + deepest + "|y}"
    accepted(deepest)
    assert (TemplateFault.TOO_DEEP, "{") in faults("{" + deepest + "|y}")


@given(st.text(alphabet="ab {}|\\\n:/https.{{}}", max_size=60))
def test_no_text_breaks_the_reader_and_every_fault_lies_inside_the_text(text: str) -> None:
    read = parse_template(text)

    if isinstance(read, TemplateRefused):
        assert read.problems
        assert all(text[problem.start : problem.end] == problem.piece for problem in read.problems)


@pytest.mark.parametrize("text", ["", "Hai", "100% | 50%", "\\_(o)_/", "a \\n b", "C:\\hebah", "{{name}}|{{name}}"])
def test_ordinary_text_is_no_template_language(text: str) -> None:
    accepted(text)


def test_known_names_are_the_standard_ones_unless_given() -> None:
    assert isinstance(parse_template("{{bandar}}"), TemplateRefused)
    assert isinstance(parse_template("{{bandar}}", known=frozenset({"bandar"})), Template)
    assert isinstance(parse_template("{{bandar}}", known=None), Template)
    assert isinstance(parse_template("{{7*7}}", known=None), TemplateRefused)


def test_a_column_is_called_by_its_header_in_any_case_and_spacing() -> None:
    assert variable_name("Tarikh Lahir") == "tarikh_lahir"
    assert variable_name("  No. Ahli ") == "no_ahli"
    assert variables_used(accepted("{{Tarikh Lahir}} {{tarikh_lahir}} {{ NAME }}")) == ("tarikh_lahir", "name")


def test_the_variables_used_are_found_in_every_wording_and_the_greeting_is_none_of_them() -> None:
    template = accepted("{{greeting}} {Hi {{name}}|Hi {{niche|semua}}|{a|{{bandar}}}}, {{name}}")

    assert variables_used(template) == ("name", "niche", "bandar")
    assert variables_required(template) == ("name", "bandar")


def test_an_empty_fallback_says_that_nothing_is_fine() -> None:
    assert variables_required(accepted("Hai {{name|}}")) == ()


def test_braces_in_a_link_are_noticed_not_refused() -> None:
    (notice,) = accepted("Lihat https://x.my/{{name}} ya").notices

    assert (notice.code, notice.piece) == (TemplateFault.BRACES_IN_LINK, "https://x.my/{{name}}")
    assert accepted("Lihat https://x.my/a ya").notices == ()
