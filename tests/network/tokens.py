"""The token dictionaries of binary XML, asked once from the companion built for tests and kept in a temporary file."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.network.nodes import Codec

TESTNET_BINARY = "hebah-companion-testnet"
_PATIENCE_SECONDS = 30


def load_codec(binary: Path | None = None) -> Codec:
    """A codec with the dictionaries of this companion (default: the one beside the running Python)."""
    program = binary or Path(sys.executable).with_name(TESTNET_BINARY)
    dictionaries = json.loads(_kept_or_asked(program))
    return Codec(dictionaries["single"], dictionaries["double"])


def _kept_or_asked(program: Path) -> str:
    built = program.stat()
    # Another build may have other dictionaries, so the build is part of the name.
    kept = Path(tempfile.gettempdir()) / f"hebah-tokens-{built.st_mtime_ns:x}-{built.st_size:x}.json"
    if kept.exists():
        return kept.read_text(encoding="utf-8")
    asked = subprocess.run([program, "tokens"], capture_output=True, check=True, timeout=_PATIENCE_SECONDS)
    text = asked.stdout.decode()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=kept.parent, delete=False) as draft:
        draft.write(text)
    Path(draft.name).replace(kept)
    return text
