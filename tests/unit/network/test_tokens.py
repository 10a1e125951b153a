"""The dictionaries are asked from the program that was built, once for each build."""

import json
from pathlib import Path

import pytest

from tests.network.nodes import Node
from tests.network.tokens import load_codec


def a_program(folder: Path, single: list[str]) -> Path:
    """A program that prints dictionaries and leaves a line each time it is asked."""
    program = folder / "hebah-companion-testnet"
    answer = json.dumps({"single": single, "double": [["far"]]})
    program.write_text(f"#!/bin/sh\necho \"$1\" >> '{folder}/asked'\ncat <<'EOF'\n{answer}\nEOF\n")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_a_program_is_asked_once(tmp_path: Path) -> None:
    program = a_program(tmp_path, ["", "near"])
    for _ in range(2):
        assert load_codec(program).pack(Node("near", {"far": "1"})) == b"\0\xf8\x03\x01\xec\0\xff\x81\x1f"
    assert (tmp_path / "asked").read_text().split() == ["tokens"]


def test_another_build_is_asked_again(tmp_path: Path) -> None:
    load_codec(a_program(tmp_path, ["", "near"]))
    codec = load_codec(a_program(tmp_path, ["", "", "near by"]))
    assert codec.unpack(b"\0\xf8\x01\x02") == Node("near by")
