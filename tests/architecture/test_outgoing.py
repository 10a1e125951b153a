"""Addresses that somebody gave are fetched by one client only, which refuses those inside the house.

Beside it Hebah speaks to WhatsApp through the companion, and to nobody else.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

# What opens connections, or has them opened.
CLIENTS = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpcore",
    "httpx",
    "imaplib",
    "poplib",
    "pycurl",
    "requests",
    "smtplib",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websockets",
    "xmlrpc.client",
}
EGRESS = "src/hebah/foundation/egress.py"
OPENING = {"create_connection", "create_datagram_endpoint", "open_connection", "sock_connect", "urlopen"}
OPENED = {"src/hebah/adapters/transports/companion/child.py": {"create_connection"}}  # a socket pair with our own child
SOCKETS = {
    "src/hebah/adapters/transports/companion/child.py",  # the same
    "src/hebah/app/doctor.py",  # whether our own port is free
    "src/hebah/app/gateway.py",  # only the host's name
    "src/hebah/app/presence.py",  # only the host's name
    "src/hebah/app/rehearsal/gateways.py",  # only the host's name
    "src/hebah/app/serving.py",  # where Hebah itself is asked
    EGRESS,
    "src/hebah/app/wiring.py",  # whether the pretended network of this home answers on its Unix socket
}
# The clients that are handed to whatsmeow; and pictures of people, whose addresses WhatsApp's server tells.
HTTP_IN_GO = {"companion/internal/network/network.go", "companion/internal/fleet/pictures.go"}


def shipped(modules: dict[str, ast.Module]) -> dict[str, ast.Module]:
    return {name: tree for name, tree in modules.items() if name.startswith("src/")}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def called(tree: ast.Module) -> set[str]:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def is_client(module: str) -> bool:
    return any(module == client or module.startswith(f"{client}.") for client in CLIENTS)


def test_one_module_has_a_client_in_it(modules: dict[str, ast.Module]) -> None:
    found = {name: sorted(filter(is_client, imported(tree))) for name, tree in shipped(modules).items()}
    assert {name: clients for name, clients in found.items() if clients} == {EGRESS: ["httpcore"]}


def test_connections_are_opened_to_our_own_child_only(modules: dict[str, ast.Module]) -> None:
    found = {name: called(tree) & OPENING for name, tree in shipped(modules).items()}
    assert {name: calls for name, calls in found.items() if calls} == OPENED


def test_sockets_are_known_to_those_who_listen(modules: dict[str, ast.Module]) -> None:
    assert {name for name, tree in shipped(modules).items() if "socket" in imported(tree)} == SOCKETS


def test_the_companion_speaks_http_to_whatsapp_only(root: Path, tracked: list[Path]) -> None:
    # The test build has a network of its own, on the loopback.
    sources = [path.relative_to(root).as_posix() for path in tracked if path.suffix == ".go"]
    built = [name for name in sources if not name.endswith("_test.go") and "/testnet/" not in name]
    outgoing = re.compile(r'"net/http"|\bnet\.(?:Dial|Dialer)\b')
    assert {name for name in built if outgoing.search((root / name).read_text())} == HTTP_IN_GO
    pictures = (root / "companion/internal/fleet/pictures.go").read_text()
    assert re.findall(r"l\.load\(ctx, ([^)]+)\)", pictures) == ["known.URL"]
