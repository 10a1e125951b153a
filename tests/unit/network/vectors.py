"""What the real library printed, read from `vectors.json` and `messages.json`; each file says how it was made."""

import json
from pathlib import Path
from typing import Any

from tests.network.nodes import Codec, Content, Jid, Node

_FOLDER = Path(__file__).parent


def load(name: str) -> Any:  # Any: JSON of a shape that each test knows
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def codec_of_vectors() -> Codec:
    """The real dictionaries, as far as the vectors use them; the other places are empty."""
    tokens = load("vectors")["tokens"]
    single = [""] * 236
    for index, token in tokens["single"].items():
        single[int(index)] = token
    double = [[""] * 256 for _ in range(4)]
    for place, token in tokens["double"].items():
        dictionary, index = place.split(".")
        double[int(dictionary)][int(index)] = token
    return Codec(single, double)


def node_of(described: dict[str, Any]) -> Node:  # Any: JSON
    attrs = {name: _attribute(value) for name, value in described["attrs"].items()}
    return Node(described["tag"], attrs, _content(described["content"]))


def _attribute(value: str | dict[str, str]) -> str:
    if isinstance(value, str):
        return value
    jid = value["jid"]
    return Jid(jid if "@" in jid else f"@{jid}")


def _content(value: Any) -> Content:  # Any: JSON
    if value is None or isinstance(value, str):
        return value
    if "hex" in value:
        return bytes.fromhex(value["hex"])
    if "repeat" in value:
        count, each = value["repeat"]
        return [node_of(each) for _ in range(count)]
    return [node_of(each) for each in value["nodes"]]
