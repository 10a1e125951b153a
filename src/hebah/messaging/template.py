"""The small language of templates, read once: variables, a greeting, and choices of wording.

    {{name}}  {{name|kawan}}   a variable, with words for contacts who lack it
    {{greeting}}               good morning and the like, by the hour where the reader is
    {Hi|Hello|{Hey|Yo}}        one of several wordings, nested at will
    \\{  \\}  \\|                 the character itself

Links are kept letter for letter, braces included. There is no logic, and values are never read as template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

GREETING = "greeting"
STANDARD_VARIABLES = frozenset({"name", "phone", "niche", "status", GREETING})
DEEPEST = 10


class TemplateFault(StrEnum):
    """What can be wrong, or surprising, in a template."""

    UNKNOWN_VARIABLE = "template_unknown_variable"
    UNCLOSED_VARIABLE = "template_unclosed_variable"
    BAR_IN_FALLBACK = "template_bar_in_fallback"
    UNCLOSED_BRACE = "template_unclosed_brace"
    UNOPENED_BRACE = "template_unopened_brace"
    EMPTY_OPTION = "template_empty_option"
    SINGLE_OPTION = "template_single_option"
    TOO_DEEP = "template_too_deep"
    BRACES_IN_LINK = "template_braces_in_link"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at `start:end` (characters of the template, end excluded) with the offending piece."""

    code: TemplateFault
    start: int
    end: int
    piece: str

    @property
    def sentence_key(self) -> str:
        """The entry of the catalogue of sentences: the code itself."""
        return self.code.value


@dataclass(frozen=True, slots=True)
class Words:
    """Letters that go out as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A value of the contact; `fallback` stands in when there is none (None: the writer gave no fallback)."""

    name: str
    fallback: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Wordings of which one goes out; `number` tells the choices of one template apart."""

    number: int
    options: tuple[tuple[Node, ...], ...]


Node = Words | Variable | Choice


@dataclass(frozen=True, slots=True)
class Template:
    """A template without faults; `notices` are surprises worth showing, such as braces inside a link."""

    nodes: tuple[Node, ...]
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateRefused:
    """Every fault found, in the order of the text."""

    problems: tuple[Problem, ...]


def variable_name(header: str) -> str:
    """The name by which a template calls a column: `Tarikh Lahir` is `tarikh_lahir`."""
    return re.sub(r"\W+", "_", header.strip().casefold()).strip("_")


def parse_template(text: str, known: Collection[str] | None = STANDARD_VARIABLES) -> Template | TemplateRefused:
    """Read `text`; names outside `known` are faults (None: any well-formed name is taken)."""
    reading = _Reading(text, known)
    nodes = reading.nodes()
    if reading.problems:
        return TemplateRefused(tuple(sorted(reading.problems, key=lambda problem: (problem.start, problem.end))))
    return Template(nodes, tuple(reading.notices))


def variables_used(template: Template) -> tuple[str, ...]:
    """The contact's values the template may need, each once, in order; the greeting needs none."""
    names = (node.name for node in _walk(template.nodes) if isinstance(node, Variable))
    return tuple(dict.fromkeys(name for name in names if name != GREETING))


def variables_required(template: Template) -> tuple[str, ...]:
    """The values without which a sentence would have a hole: used somewhere without a fallback."""
    bare = (node.name for node in _walk(template.nodes) if isinstance(node, Variable) and node.fallback is None)
    return tuple(dict.fromkeys(name for name in bare if name != GREETING))


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Choice):
            for option in node.options:
                yield from _walk(option)


_NAME = re.compile(r"[^\W\d]\w*(?:[ -]+\w+)*")
_VARIABLE = re.compile(r"\{\{([^{}\n]*)\}\}")
_HALF_CLOSED = re.compile(r"\{\{\s*\w+(?:\|[^{}|\n]*)?\}(?![}|])")
_LINK_START = re.compile(r"https?://(?=\S)", re.IGNORECASE)
_PLAIN = re.compile(r"[^\\{}|hH]+")
_ESCAPED = frozenset("{}|")


class _Reading:
    """One pass over one template; lives as long as the call to `parse_template`."""

    __slots__ = ("choices", "depth", "known", "notices", "position", "problems", "text")

    def __init__(self, text: str, known: Collection[str] | None) -> None:
        self.text = text
        self.known = known
        self.position = 0
        self.depth = 0
        self.choices = 0
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []

    def nodes(self) -> tuple[Node, ...]:
        """Up to the end of the text or, inside a choice, to the bar or brace that ends the option."""
        nodes: list[Node] = []
        words: list[str] = []
        while self.position < len(self.text):
            if self.depth and self.text[self.position] in "|}":
                break
            node = self._next()
            if isinstance(node, Words):
                words.append(node.text)
                continue
            nodes.extend(_joined(words))
            words = []
            nodes.append(node)
        nodes.extend(_joined(words))
        return tuple(nodes)

    def _next(self) -> Node:
        plain = _PLAIN.match(self.text, self.position)
        if plain:
            return self._words(plain.end())
        if _LINK_START.match(self.text, self.position):
            return self._link()
        letter = self.text[self.position]
        if letter == "\\" and self.text[self.position + 1 : self.position + 2] in _ESCAPED:
            self.position += 1
        elif letter == "{":
            return self._marker()
        elif letter == "}":
            self._fault(TemplateFault.UNOPENED_BRACE, self.position, self.position + 1)
        return self._words(self.position + 1)

    def _words(self, end: int) -> Words:
        text = self.text[self.position : end]
        self.position = end
        return Words(text)

    def _link(self) -> Words:
        start, end, open_braces = self.position, self.position, 0
        while end < len(self.text) and not self.text[end].isspace():
            letter = self.text[end]
            if self.depth and not open_braces and letter in "|}":
                break
            open_braces += (letter == "{") - (letter == "}")
            open_braces = max(open_braces, 0)
            end += 1
        if "{" in self.text[start:end]:
            self.notices.append(self._problem(TemplateFault.BRACES_IN_LINK, start, end))
        return self._words(end)

    def _marker(self) -> Node:
        variable = _VARIABLE.match(self.text, self.position)
        if variable:
            return self._variable(variable)
        half = _HALF_CLOSED.match(self.text, self.position)
        if half:
            self._fault(TemplateFault.UNCLOSED_VARIABLE, half.start(), half.end())
            return self._words(half.end())
        return self._choice()

    def _variable(self, found: re.Match[str]) -> Variable:
        written, bar, fallback = found[1].partition("|")
        name = variable_name(written)
        if not _NAME.fullmatch(written.strip()) or (self.known is not None and name not in self.known):
            self._fault(TemplateFault.UNKNOWN_VARIABLE, found.start(), found.end())
        if "|" in fallback:
            self._fault(TemplateFault.BAR_IN_FALLBACK, found.start(), found.end())
        self.position = found.end()
        return Variable(name, fallback if bar else None)

    def _choice(self) -> Node:
        start, number = self.position, self.choices
        if self.depth == DEEPEST:
            self._fault(TemplateFault.TOO_DEEP, start, start + 1)
            return self._words(len(self.text))
        self.choices += 1
        self.depth += 1
        options: list[tuple[Node, ...]] = []
        while not options or self.text[self.position : self.position + 1] == "|":
            self.position += 1
            options.append(self._option())
        self.depth -= 1
        self._end_choice(start, len(options))
        return Choice(number, tuple(options))

    def _option(self) -> tuple[Node, ...]:
        start = self.position
        option = self.nodes()
        if self.position < len(self.text) and not self.text[start : self.position].strip():
            self._fault(TemplateFault.EMPTY_OPTION, start - 1, self.position + 1)
        return option

    def _end_choice(self, start: int, options: int) -> None:
        if self.position < len(self.text):
            self.position += 1
            if options == 1:
                self._fault(TemplateFault.SINGLE_OPTION, start, self.position)
        elif all(problem.code is not TemplateFault.TOO_DEEP for problem in self.problems):
            self._fault(TemplateFault.UNCLOSED_BRACE, start, start + 1)

    def _fault(self, code: TemplateFault, start: int, end: int) -> None:
        self.problems.append(self._problem(code, start, end))

    def _problem(self, code: TemplateFault, start: int, end: int) -> Problem:
        return Problem(code, start, end, self.text[start:end])


def _joined(words: list[str]) -> tuple[Words, ...]:
    text = "".join(words)
    return (Words(text),) if text else ()
