"""Whatever the server refuses by a code has words in the browser's catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hebah.messaging.address import PhoneFault
from hebah.messaging.template import TemplateFault
from hebah.outbox.model import Code, HoldReason

# Raised before there is a browser, or in a command at a terminal: their sentence is printed.
TOLD_AT_A_TERMINAL = (
    "src/hebah/app/backup/",
    "src/hebah/app/demo.py",
    "src/hebah/app/migrate.py",
    "src/hebah/app/rehearsal/",
    "src/hebah/app/serving.py",
    "src/hebah/app/settings.py",
    "src/hebah/app/users.py",
    "src/hebah/app/wiring.py",
    "src/hebah/foundation/crashpoints.py",
    "src/hebah/foundation/embedded_postgres.py",
    "src/hebah/foundation/postgres_binaries.py",
    "src/hebah/foundation/postgres_places.py",
    "src/hebah/foundation/sole_use.py",
)
# The gateway tries again; no request ever ends with it.
NEVER_TOLD = {"companion_down"}
KEY = re.compile(r'^ {2}"([a-zA-Z_.]+)":', re.MULTILINE)


@pytest.fixture(scope="module")
def words() -> set[str]:
    folder = Path(__file__).resolve().parents[2] / "ui" / "src" / "text" / "en"
    return {key for path in folder.glob("*.ts") for key in KEY.findall(path.read_text())}


def refusals(tree: ast.Module) -> Iterator[str]:
    """Codes of the errors that a module declares."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for line in node.body:
            match line:
                case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                    yield code


def refused_fields(tree: ast.Module) -> Iterator[str]:
    """Codes that a module puts beside a field."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="FieldsInvalid"), args=[ast.Dict(values=values)]):
                yield from (str(value.value) for value in values if isinstance(value, ast.Constant))


def test_every_refusal_has_words(modules: dict[str, ast.Module], words: set[str]) -> None:
    codes = {
        code
        for name, tree in modules.items()
        if name.startswith("src/") and not name.startswith(TOLD_AT_A_TERMINAL)
        for code in refusals(tree)
    }
    assert len(codes) > 40
    assert sorted(code for code in codes - NEVER_TOLD if f"problem.{code}" not in words) == []


def test_every_refused_field_has_words(modules: dict[str, ast.Module], words: set[str]) -> None:
    codes = {code for name, tree in modules.items() if name.startswith("src/") for code in refused_fields(tree)}
    codes |= {fault.value for fault in (*PhoneFault, *TemplateFault)}
    assert len(codes) > 20
    assert sorted(code for code in codes if f"field.{code}" not in words) == []


def test_whatever_keeps_or_ends_a_message_has_words(words: set[str]) -> None:
    assert [code.value for code in Code if f"outbox.code.{code}" not in words] == []
    assert [reason.value for reason in HoldReason if f"outbox.hold.{reason}" not in words] == []
