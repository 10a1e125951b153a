import asyncio
import inspect
import ssl
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network import messages
from tests.network.control import ControlServer
from tests.network.controls import Controls
from tests.network.historysync import Chunk, HistoryKind
from tests.network.mailbox import Mailbox
from tests.network.mediacrypto import MediaKind
from tests.network.network import Network
from tests.network.nodes import SERVER, Jid, Node
from tests.network.remote import RemoteError, RemoteNetwork
from tests.network.websocket import FrameReader, Opcode, accept_key
from tests.unit.network_server.client import Client
from tests.unit.network_server.conftest import BOB, SHOP

NETWORK = Path(__file__).parents[2] / "network"


async def fetch(network: Network, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    def ask() -> tuple[int, bytes]:
        trusted = ssl.create_default_context(cafile=network.settings_file.parent / "ca.pem")
        request = Request(f"https://127.0.0.1:{network.port}{path}", data=body)
        try:
            with urlopen(request, context=trusted, timeout=5) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, b""

    return await asyncio.to_thread(ask)


async def test_people_are_found_by_their_numbers_and_strangers_are_not(network: Network, device: Client) -> None:
    asked = [Node("user", {}, [Node("contact", {}, f"+{number}@c.us".encode())]) for number in (BOB, "19999999999")]
    query = [Node("contact", {"addressing_mode": "lid"})]
    answer = await device.ask(
        "usync", [Node("usync", {"sid": "1"}, [Node("query", {}, query), Node("list", {}, asked)])]
    )
    listed = answer.child("usync", "list")
    assert listed is not None
    found = [
        (user.get("jid"), user.all("contact")[0].get("type"), user.all("contact")[0].data) for user in listed.children
    ]
    assert found == [("700015550000002@lid", "in", b"+15550000002"), ("", "out", b"+19999999999")]


async def test_every_one_time_key_is_handed_out_once(network: Network, device: Client) -> None:
    await network.write(BOB, SHOP, messages.text("uses one"))
    count = await device.ask("encrypt", [Node("count")])
    assert count.children[0].get("value") == "4"
    asked = [Node("key", {}, [Node("user", {"jid": Jid(f"{SHOP}:1@s.whatsapp.net")})])]
    ids = []
    for _ in range(5):
        key = (await device.ask("encrypt", asked)).child("list", "user", "key", "id")
        ids.append(key.data[-1] if key else None)
    assert ids == [2, 3, 4, 5, None]


async def test_a_refused_query_says_so_and_the_next_one_is_answered(network: Network, device: Client) -> None:
    await network.refuse_queries(SHOP, "w:m", 429)
    assert [(await device.ask("w:m", [Node("media_conn")], "set")).get("type") for _ in range(2)] == ["error", "result"]


async def test_a_file_can_be_fetched_until_the_network_forgets_it(network: Network) -> None:
    placed = await network.upload(b"a file", MediaKind.DOCUMENT)
    assert await fetch(network, placed.direct_path) == (200, placed.sealed.blob)
    facts = messages.File(placed.sealed, placed.direct_path, "text/plain")
    wire_id = await network.write(BOB, SHOP, messages.document(facts))
    await network.damage_media(SHOP, wire_id)
    assert (await fetch(network, placed.direct_path))[1] != placed.sealed.blob
    await network.forget_media(SHOP, wire_id, 410)
    assert await fetch(network, placed.direct_path) == (410, b"")


async def test_an_upload_under_a_wrong_hash_is_refused(network: Network) -> None:
    assert (await fetch(network, "/mms/image/nothing", b"sealed"))[0] == 400


async def test_history_is_offered_as_a_message_of_the_own_phone(network: Network, device: Client) -> None:
    await network.offer_history(SHOP, Chunk(HistoryKind.RECENT))
    came = await device.message()
    assert (came.jid("from").user, came.get("category")) == (SHOP, "peer")


def test_frames_are_cut_the_same_however_their_bytes_arrive() -> None:
    @given(st.lists(st.binary(max_size=70_000), max_size=4), st.integers(1, 4096))
    def cut(payloads: list[bytes], step: int) -> None:
        stream = b"".join(masked(payload) for payload in payloads)
        reader = FrameReader()
        pieces = [stream[at : at + step] for at in range(0, len(stream), step)]
        assert [frame for piece in pieces for frame in reader.feed(piece)] == [
            (Opcode.BINARY, payload) for payload in payloads
        ]

    cut()


def masked(payload: bytes) -> bytes:
    size, key = len(payload), b"\x01\x02\x03\x04"
    if size < 126:
        length = bytes((0x80 | size,))
    elif size < 1 << 16:
        length = b"\xfe" + size.to_bytes(2, "big")
    else:
        length = b"\xff" + size.to_bytes(8, "big")
    return b"\x82" + length + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


def test_the_answer_to_a_websocket_key_is_that_of_the_standard() -> None:
    assert accept_key(b"dGhlIHNhbXBsZSBub25jZQ==") == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


class Line:
    """A wire that remembers."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def send(self, node: Node) -> None:
        self.nodes.append(node)

    def close(self) -> None: ...

    def abort(self) -> None: ...


def test_a_device_never_has_more_on_its_way_than_its_library_can_queue() -> None:
    mailbox, line = Mailbox(), Line()
    for number in range(2500):
        mailbox.put(Node("message", {"from": Jid("1@lid"), "id": str(number)}))
    mailbox.open(line)
    came = [node.get("id") for node in line.nodes if node.tag == "message"]
    assert len(came) == 1000
    for number in range(2500):
        assert mailbox.acknowledge(("message", str(number), "", "1@lid", ""))
    came = [node.get("id") for node in line.nodes if node.tag == "message"]
    assert came == [str(number) for number in range(2500)]
    assert line.nodes[-1].jid("from") == SERVER


async def test_another_process_has_the_same_controls(network: Network, tmp_path: Path) -> None:
    over, ready = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ControlServer(network, tmp_path / "control").serve(over, ready.set))
        await ready.wait()
        async with RemoteNetwork(tmp_path, tmp_path / "control") as remote:
            await remote.person("15550000009", "Far away")
            wire_id = await remote.write("15550000009", BOB, messages.text("hi"), wire_id="W1")
            [got] = await remote.received(BOB)
            assert (wire_id, got.body, got.sender) == ("W1", "hi", "15550000009")
            with pytest.raises(RemoteError, match="UnknownName"):
                await remote.cut("15550000009")
        over.set()


def controls() -> list[str]:
    return [name for name, function in vars(Controls).items() if inspect.iscoroutinefunction(function)]


@pytest.mark.parametrize("implementation", [Network, RemoteNetwork])
def test_no_control_is_missing(implementation: type[Controls]) -> None:
    assert [name for name in controls() if getattr(implementation, name) is getattr(Controls, name)] == []


def test_the_readme_names_every_control() -> None:
    text = (NETWORK / "README.md").read_text(encoding="utf-8")
    assert [name for name in controls() if f"`{name}`" not in text] == []
