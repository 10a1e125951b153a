"""What a browser has to fetch before it can show a screen, read from the files of the built UI."""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

_OF_PAGE = re.compile(r'(?:src|href)="/assets/([^"]+\.js)"')
_IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*["'`]\./([^"'`]+\.js)["'`]""")
_SCREEN = re.compile(r"""import\(["'`]\./(inbox-[^"'`]+\.js)["'`]\)""")
_WORDS = re.compile(r"""import\(["'`]\./((?:inbox|core)-[^"'`]+\.js)["'`]\)""")


def scripts_of_inbox(static: Path) -> set[str]:
    """The page's own scripts, the inbox's, and its words in the longer language; what is fetched later is left out."""
    assets = static / "assets"
    page = _with_imports(assets, _OF_PAGE.findall((static / "index.html").read_text()))
    texts = {name: (assets / name).read_text() for name in page}
    words = {found for name in page for found in _WORDS.findall(texts[name]) if not _is_screen(assets, found)}
    screens = {found for name in page for found in _SCREEN.findall(texts[name]) if _is_screen(assets, found)}
    longest = {name.split("-")[0]: name for name in sorted(words, key=lambda name: gzip_bytes(assets / name))}
    return _with_imports(assets, [*page, *screens, *longest.values()])


def gzip_bytes(file: Path) -> int:
    """How much of a file goes over the wire."""
    return len(gzip.compress(file.read_bytes(), 9))


def inbox_bytes(static: Path) -> int:
    """All of them, packed."""
    return sum(gzip_bytes(static / "assets" / name) for name in scripts_of_inbox(static))


def _is_screen(assets: Path, name: str) -> bool:
    """A screen builds on others; a catalogue of words on nothing."""
    return bool(_IMPORTED.search((assets / name).read_text()))


def _with_imports(assets: Path, names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _IMPORTED.findall((assets / name).read_text())
    return found
