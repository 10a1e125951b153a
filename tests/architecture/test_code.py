"""Code stays readable by rule: small files, functions that fit a screen, names that say what, one way in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

LONGEST_MODULE = 400
LONGEST_TEST = 600  # a table of cases is read by searching
LONGEST_FUNCTION = 50
BANNED_WORDS = {
    "common",
    "enhanced",
    "helper",
    "helpers",
    "manager",
    "misc",
    "optimised",
    "optimized",
    "processor",
    "service",
    "smart",
    "ultra",
    "util",
    "utils",
    "v2",
}
FEATURES = (
    "access",
    "archives",
    "campaigns",
    "contacts",
    "devices",
    "inbox",
    "keys",
    "live",
    "media",
    "outbox",
    "second_step",
    "stops",
)
DOORS = ("", "actions", "conversation", "events", "keeping", "model", "ports", "reads", "turns")
# Pure decisions that others ask for, and who may ask.
ALSO_OPEN = {
    "hebah.access.rules": "hebah.",  # may this actor?
    "hebah.devices.rules": "hebah.gateway.",  # what after this report of a link?
    "hebah.second_step.rules": "hebah.access.",  # signing in is one thing, in one transaction, code and all
    "hebah.second_step.store": "hebah.access.",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def lines_of(function: Function) -> int:
    """Lines of the body; the docstring does not count against what it explains."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def words(identifier: str) -> set[str]:
    return {word.lower() for word in re.findall(r"v\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)}


def test_no_module_is_longer_than_its_limit(modules: dict[str, ast.Module], root: Path) -> None:
    lengths = {name: len((root / name).read_text().splitlines()) for name in modules}
    limits = {name: LONGEST_TEST if name.startswith("tests/") else LONGEST_MODULE for name in modules}
    assert {name: lines for name, lines in lengths.items() if lines > limits[name]} == {}


def test_every_function_fits_a_screen(modules: dict[str, ast.Module]) -> None:
    long = [
        f"{name}:{function.lineno} {function.name} has {lines_of(function)} lines"
        for name, tree in modules.items()
        for function in functions(tree)
        if lines_of(function) > LONGEST_FUNCTION
    ]
    assert long == []


def test_names_say_what_and_never_how_good(modules: dict[str, ast.Module]) -> None:
    named = [
        (f"{name}:{node.lineno}", node.name)
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith(("test_", "__"))
    ]
    named += [(name, Path(name).stem) for name in modules if not Path(name).stem.startswith("test_")]
    assert [f"{where} {identifier}" for where, identifier in named if words(identifier) & BANNED_WORDS] == []


def test_package_files_hold_a_docstring_and_nothing_else(modules: dict[str, ast.Module]) -> None:
    packages = {
        name: tree for name, tree in modules.items() if name.startswith("src/") and name.endswith("__init__.py")
    }
    bad = [name for name, tree in packages.items() if ast.get_docstring(tree) is None or len(tree.body) != 1]
    assert bad == []


def test_no_test_is_skipped(modules: dict[str, ast.Module], root: Path) -> None:
    skipping = re.compile(r"pytest\.(?:mark\.(?:skip|skipif|xfail)|skip|xfail|importorskip)\b")
    texts = {name: (root / name).read_text() for name in modules if name.startswith("tests/")}
    assert [
        name for name, text in texts.items() if skipping.search(text) and name != "tests/architecture/test_code.py"
    ] == []


def test_the_schema_is_changed_by_migrations_only(
    modules: dict[str, ast.Module], tracked: list[Path], root: Path
) -> None:
    migrations = root / "src" / "hebah" / "app" / "migrations"
    changing = re.compile(r"\b(?:CREATE|ALTER|DROP)\s+(?:TABLE|INDEX|TYPE|VIEW)\b")
    texts = {name: strings_of(tree) for name, tree in modules.items() if name.startswith("src/")}
    texts |= {
        path.relative_to(root).as_posix(): path.read_text()
        for path in tracked
        if path.suffix == ".sql" and migrations not in path.parents
    }
    assert [name for name, text in texts.items() if changing.search(text)] == []


def strings_of(tree: ast.Module) -> str:
    return "\n".join(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is str
    )


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("hebah", cache_dir=None)


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_is_entered_through_its_doors(graph: grimp.ImportGraph, feature: str) -> None:
    package = f"hebah.{feature}"
    inside = {package, *graph.find_descendants(package)}
    trespassing = [
        f"{importer} -> {name}"
        for name in inside
        for importer in graph.find_modules_that_directly_import(name)
        if importer not in inside and not may_import(importer, name)
    ]
    assert trespassing == []


def may_import(importer: str, name: str) -> bool:
    """Whether code outside a feature may import this module of it."""
    if importer.startswith("hebah.app."):
        return True
    if importer.startswith(ALSO_OPEN.get(name, "nobody")):
        return True
    role = role_of(name)
    # A view on the wire may be composed of the views below it.
    return role in DOORS or (role == "api" and role_of(importer) == "api")


def role_of(module: str) -> str:
    return module.split(".")[2] if module.count(".") >= 2 else ""
