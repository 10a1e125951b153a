"""What a companion writes on its standard error, as lines of our log: names of events and ids, nothing it quotes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Final

import structlog

log = structlog.get_logger(__name__)

# Everything else a line holds is dropped: a library below may quote what people wrote.
_FIELDS = frozenset(
    {
        "attempt", "build", "cause", "code", "component", "count", "device_id", "devices", "epoch", "error", "kind",
        "level", "milliseconds", "seq", "sql_state", "state", "status", "table", "waited_ms", "workspace_id",
    }
)  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_.]{1,60}")
_PLAIN = re.compile(r"[A-Za-z0-9_.:*()\-/]{1,80}")
_NUMBER = re.compile(r"(?<![0-9a-f-])\d{7,}(?![0-9a-f-])")  # of a phone or a LID; no part of a UUID
_PLACE = re.compile(r"\s+\S*?([\w.@\-]+/[\w.\-]+\.go:\d+)")
_LONGEST_TRACE = 24
_LOUD: Final = frozenset({"warn", "warning", "error", "fatal", "panic"})


async def relay_log(lines: asyncio.StreamReader, shard: int) -> None:
    """Log every line of a companion until it closes its end; of a crash, the places in its code."""
    trace: list[str] = []
    while line := await _line(lines):
        text = line.decode(errors="replace").rstrip()
        if (fields := _fields(text)) is not None:
            _tell(fields, shard)
        elif (place := _PLACE.match(text)) is not None and len(trace) < _LONGEST_TRACE:
            trace.append(place.group(1))
    if trace:
        log.error("companion_crashed", shard=shard, places=trace)


async def _line(lines: asyncio.StreamReader) -> bytes:
    try:
        return await lines.readline()
    except ValueError:  # longer than any line of ours: the rest comes as a line that is no JSON
        return b"\n"


def _fields(text: str) -> Mapping[str, object] | None:
    if not text.startswith("{"):
        return None
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _tell(fields: Mapping[str, object], shard: int) -> None:
    name = fields.get("event") or fields.get("msg")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return
    kept = {key: value for key, value in fields.items() if key in _FIELDS - {"level"} and _is_plain(value)}
    say = log.warning if str(fields.get("level", "")).lower() in _LOUD else log.info
    say(f"companion_{name}", shard=shard, **kept)


def _is_plain(value: object) -> bool:
    """Whether it is a number or a word: not a sentence, an address or anybody's text."""
    if isinstance(value, bool | int | float):
        return True
    return isinstance(value, str) and _PLAIN.fullmatch(value) is not None and not _NUMBER.search(value)
