"""The tree stays the one a newcomer was promised: few root names, nothing private or machine-made in git."""

import re
from pathlib import Path

ROOT_NAMES = {
    ".ci",
    ".editorconfig",
    ".gitignore",
    ".importlinter",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "README.md",
    "benchmarks",
    "companion",
    "deploy",
    "docs",
    "hatch_build.py",
    "pyproject.toml",
    "requirements",
    "src",
    "tests",
    "ui",
}
# Written in halves, since this file is tracked too.
REGISTRY_HOSTS = ["registry.npm" + "js.org", "py" + "pi.org", "files.python" + "hosted.org", "proxy.golang" + ".org"]
MACHINE_PATHS = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/tmp/" + "brief", "../sha" + "red/"]
BACKUPS = {".bak", ".orig", ".old", ".rej", ".tmp", ".swp", ".log"}
README_LINES = 120


def test_root_holds_only_the_names_it_is_allowed(root: Path, tracked: list[Path]) -> None:
    names = {path.relative_to(root).parts[0] for path in tracked}
    assert names - ROOT_NAMES == set()


def test_no_tracked_file_names_a_package_registry_or_a_path_of_one_machine(root: Path, tracked: list[Path]) -> None:
    found = [
        f"{path.relative_to(root)}: {banned}"
        for path in tracked
        for banned in REGISTRY_HOSTS + MACHINE_PATHS
        if banned.encode() in path.read_bytes()
    ]
    assert found == []


def test_no_private_key_is_tracked(root: Path, tracked: list[Path]) -> None:
    key = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{40}")
    assert [path.relative_to(root) for path in tracked if key.search(path.read_bytes())] == []


def test_no_backup_or_log_is_tracked(root: Path, tracked: list[Path]) -> None:
    assert [path.relative_to(root) for path in tracked if path.suffix in BACKUPS] == []


def test_built_ui_is_not_tracked(root: Path, tracked: list[Path]) -> None:
    built = root / "src" / "hebah" / "app" / "static"
    assert [path for path in tracked if built in path.parents] == []


def test_readme_is_short_and_its_commands_exist(root: Path) -> None:
    readme = (root / "README.md").read_text()
    targets = set(re.findall(r"^([a-z.-]+):", (root / "Makefile").read_text(), re.MULTILINE))
    commands = set(re.findall(r"^ *(?:\$ )?make ([a-z.-]+)", readme, re.MULTILINE))
    assert len(readme.splitlines()) <= README_LINES
    assert {"demo", "test"} <= commands
    assert commands <= targets


def test_every_make_command_explains_itself_or_is_a_step_of_another(root: Path) -> None:
    lines = (root / "Makefile").read_text().splitlines()
    rules = [line for line in lines if re.match(r"^[a-z.]+:", line) and not line.startswith(".PHONY")]
    assert [line for line in rules if "## " not in line] == ["chromium:"]


def test_readme_states_independence(root: Path) -> None:
    readme = (root / "README.md").read_text()
    assert "Apache-2.0" in readme
    assert re.search(r"independent of|not affiliated", readme)
