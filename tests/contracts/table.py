"""Writes docs/transports.md: what each transport can do, and which promises of the contract its tests prove.

`make docs` runs the tests and then this with the file of their results.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from hebah.adapters.transports.companion.capabilities import capabilities
from hebah.adapters.transports.simulated.network import SimulatedNetwork
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.foundation.clock import SystemClock
from hebah.gateway.transport import Capabilities
from hebah.messaging.said import MessageKind

PAGE = Path(__file__).parents[2] / "docs" / "transports.md"
TITLES = {
    "test_linking": "Linking",
    "test_links": "Links",
    "test_sending": "Sending",
    "test_receiving": "Receiving",
    "test_contents": "Contents",
    "test_commands": "Reading, typing, numbers, older messages",
    "test_groups": "Groups, pictures, what a phone keeps of its chats",
    "test_companion": "Only where there is a real protocol",
}
HEAD = """\
# What works over which transport

Written by `make docs`; change the transports or their tests, not this page.

`simulated` is the pretended network of the demo and of rehearsals. `companion` links real WhatsApp numbers by an
unofficial protocol; its tests run the real protocol library against a network on the same machine, never WhatsApp.
"""
PROVEN = """
## What is proven

Every line is a test of `tests/contracts`, run over each transport: ✓ it passes, · it does not concern this transport.
Where a transport lacks what a line is about, its test proves that the transport says so.
"""
COLUMNS = ("simulated", "simulated-socket", "companion")


def able() -> Mapping[str, Capabilities]:
    """What each transport says of itself."""
    clock = SystemClock()
    return {"simulated": SimulatedTransport(SimulatedNetwork(clock), clock).capabilities, "companion": capabilities()}


def capability_table() -> str:
    """The first table, which depends on the code alone."""
    transports = able()
    rows = [
        _row("", *transports),
        _row("---", *("---" for _ in transports)),
        *(_row(name, *(_word(_value(one, name)) for one in transports.values())) for name in _names()),
    ]
    return "\n## What they can do\n\n" + "\n".join(rows) + "\n"


def proven_tables(results: Mapping[str, Mapping[str, Mapping[str, bool]]]) -> str:
    """The second part: for each file of tests its sentences, for each sentence the transports that keep it."""
    parts = [PROVEN]
    for module, title in TITLES.items():
        if module in results:
            rows = [_row(title, *COLUMNS), _row("---", *("---" for _ in COLUMNS))]
            rows += [
                _row(sentence, *("✓" if kept.get(one) else "·" for one in COLUMNS))
                for sentence, kept in sorted(results[module].items())
            ]
            parts.append("\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def read_results(path: Path) -> Mapping[str, Mapping[str, Mapping[str, bool]]]:
    """The results of a run, by module, sentence and transport; raises ValueError when something did not pass."""
    found: dict[str, dict[str, dict[str, bool]]] = defaultdict(lambda: defaultdict(dict))
    for case in ElementTree.parse(path).iter("testcase"):
        name = case.get("name", "")
        if any(case.find(word) is not None for word in ("failure", "error", "skipped")):
            raise ValueError(f"{name} did not pass: the page is written from a run in which everything does")
        module = case.get("classname", "").rpartition(".")[2]
        sentence = name.partition("[")[0].removeprefix("test_").replace("_", " ").capitalize()
        transport = next((one for one in sorted(COLUMNS, key=len, reverse=True) if one in name), "companion")
        found[module][sentence][transport] = True
    return found


def _names() -> Iterator[str]:
    yield from ("Link by QR", "Link by code")
    yield from (f"Send: {kind}" for kind in MessageKind if any(kind in one.sends for one in able().values()))
    yield from (f"Receive: {kind}" for kind in MessageKind)
    yield from FACTS


FACTS = {
    "Answers that quote": "quotes",
    "Receipts": "receipts",
    "Own messages from the phone": "own_echo",
    "Typing shown and seen": "typing",
    "Check whether numbers are on WhatsApp": "number_check",
    "Older messages from the phone": "history",
    "Download of files": "media_download",
    "LIDs": "lids",
    "Largest picture": "max_image_bytes",
    "Largest file": "max_file_bytes",
}


def _value(one: Capabilities, name: str) -> bool | int:
    if name == "Link by QR":
        return True
    if name == "Link by code":
        return one.link_by_code
    if name.startswith("Send: "):
        return MessageKind(name.removeprefix("Send: ")) in one.sends
    if name.startswith("Receive: "):
        return MessageKind(name.removeprefix("Receive: ")) in one.receives
    fact: bool | int = getattr(one, FACTS[name])
    return fact


def _word(value: bool | int) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value // 1024 // 1024} MiB" if value >= 1024 * 1024 else f"{value // 1024} KiB"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Write the page from a run's results."""
    PAGE.write_text(HEAD + capability_table() + proven_tables(read_results(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
