"""From a template to the words that go out: the one pure function behind the preview and the dispatch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from hashlib import blake2b
from types import MappingProxyType
from typing import assert_never

from hebah.foundation.errors import Invalid
from hebah.messaging.template import (
    GREETING,
    Choice,
    Node,
    Problem,
    Template,
    TemplateRefused,
    Variable,
    Words,
    parse_template,
    variables_required,
)

EXAMPLE_VALUES: Mapping[str, str] = MappingProxyType(
    {"name": "Aisyah", "phone": "+60 12-345 6789", "niche": "skincare", "status": "prospect"}
)

_GREETINGS: Mapping[str, tuple[tuple[int, str], ...]] = MappingProxyType(
    {
        "ms": ((5, "Selamat pagi"), (12, "Selamat tengah hari"), (14, "Selamat petang"), (19, "Selamat malam")),
        "en": ((5, "Good morning"), (12, "Good afternoon"), (19, "Good evening")),
    }
)
_DEFAULT_LANGUAGE = "ms"


class InvalidTemplate(Invalid):
    """A template with faults was asked to be rendered: whoever stored it skipped `parse_template`."""

    code = "template_invalid"
    sentence = "The text has a marker that cannot be understood."
    problems: tuple[Problem, ...]


def render(
    template: str, variables: Mapping[str, str], seed: int, local_time: time, language: str = _DEFAULT_LANGUAGE
) -> str:
    """The message for one reader; a missing or blank value yields its fallback, or nothing. Raises InvalidTemplate."""
    parsed = parse_template(template, known=None)
    if isinstance(parsed, TemplateRefused):
        raise InvalidTemplate(parsed.problems)
    return render_parsed(parsed, variables, seed, local_time, language)


def render_parsed(
    template: Template, variables: Mapping[str, str], seed: int, local_time: time, language: str = _DEFAULT_LANGUAGE
) -> str:
    """As `render`, for a template that was read once and has many readers."""
    values = {**variables, GREETING: greeting(local_time, language)}
    spoken: list[str] = []
    _speak(template.nodes, values, seed, spoken)
    return "".join(spoken)


def greeting(local_time: time, language: str = _DEFAULT_LANGUAGE) -> str:
    """What one says at this hour; languages without greetings of their own get the Malay ones."""
    hours = _GREETINGS.get(language, _GREETINGS[_DEFAULT_LANGUAGE])
    said = hours[-1][1]
    for from_hour, words in hours:
        if local_time.hour >= from_hour:
            said = words
    return said


def missing_values(template: Template, variables: Mapping[str, str]) -> tuple[str, ...]:
    """The variables without fallback for which this reader has no value: the message would have a hole."""
    return tuple(name for name in variables_required(template) if not variables.get(name, "").strip())


def example_values(names: tuple[str, ...]) -> dict[str, str]:
    """A value to show for each name, for a preview without a contact."""
    return {name: EXAMPLE_VALUES.get(name, name.replace("_", " ")) for name in names}


def _speak(nodes: tuple[Node, ...], values: Mapping[str, str], seed: int, spoken: list[str]) -> None:
    # Every message that goes out passes here, a dozen nodes each: matching by class took as long as all else.
    for node in nodes:
        if isinstance(node, Words):
            spoken.append(node.text)
        elif isinstance(node, Variable):
            value = values.get(node.name, "")
            spoken.append(value if value.strip() else node.fallback or "")
        elif isinstance(node, Choice):
            _speak(node.options[_pick(seed, node.number, len(node.options))], values, seed, spoken)
        else:
            assert_never(node)


def _pick(seed: int, number: int, options: int) -> int:
    # A hash, not a random generator: the stored seed must give the same words in every process and version.
    digest = blake2b(f"{seed}:{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % options
