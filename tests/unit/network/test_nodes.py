"""Binary XML both ways, held against what the real library writes."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network.nodes import SERVER, Codec, Content, Jid, Node, NodeError
from tests.unit.network.vectors import codec_of_vectors, load, node_of

CODEC = codec_of_vectors()
VECTORS = load("vectors")["nodes"]

packable = st.text("0123456789-.", min_size=1, max_size=130) | st.text("0123456789ABCDEF", min_size=1, max_size=130)
words = st.sampled_from(["iq", "message", "encrypt", "type", "to"]) | packable | st.text(min_size=1, max_size=300)
users = st.from_regex(r"[1-9][0-9]{4,14}", fullmatch=True)
jids = st.one_of(
    st.just(SERVER),
    st.builds("{}@g.us".format, users).map(Jid),
    st.builds("{}@newsletter".format, users).map(Jid),
    st.builds(
        lambda user, server, device: Jid(f"{user}@{server}").with_device(device),
        users,
        st.sampled_from(["s.whatsapp.net", "lid", "hosted", "hosted.lid", "msgr"]),
        st.integers(0, 255),
    ),
    st.builds(lambda user, group, device: Jid(f"{group}-{user}@interop").with_device(device), users,
              st.integers(0, 65535), st.integers(0, 65535)),
)  # fmt: skip
leaves = st.none() | st.binary(max_size=300) | st.just(b"x" * 300) | st.sampled_from(["encrypt", "0123", "AB12"])


def nodes_with(content: st.SearchStrategy[Content]) -> st.SearchStrategy[Node]:
    return st.builds(Node, words, st.dictionaries(words, words | jids, max_size=4), content)


nodes = st.recursive(
    nodes_with(leaves), lambda inner: nodes_with(st.lists(inner, min_size=1, max_size=4)), max_leaves=12
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(node_of(vector["node"]))[:60])
def test_nodes_are_written_and_read_as_the_library_does(vector: dict[str, object]) -> None:
    node = node_of(vector["node"])  # type: ignore[arg-type]  # JSON
    packed = bytes.fromhex(str(vector["packed"]))
    assert CODEC.pack(node) == packed
    assert CODEC.unpack(packed) == node


@given(nodes)
def test_any_node_comes_back(node: Node) -> None:
    assert CODEC.unpack(CODEC.pack(node)) == node
    assert CODEC.unpack(CODEC.pack_compressed(node)) == node


@given(nodes, st.data())
def test_a_cut_frame_is_refused(node: Node, data: st.DataObject) -> None:
    packed = CODEC.pack(node)
    with pytest.raises(NodeError):
        CODEC.unpack(packed[: data.draw(st.integers(0, len(packed) - 1))])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(frame: bytes) -> None:
    try:
        node = CODEC.unpack(frame)
    except NodeError:
        return
    assert isinstance(node, Node)


def test_addresses_in_attributes_keep_being_addresses() -> None:
    node = CODEC.unpack(CODEC.pack(Node("message", {"to": Jid("60123:7@s.whatsapp.net"), "id": "123"})))
    assert isinstance(node.attrs["to"], Jid)
    assert not isinstance(node.attrs["id"], Jid)


def test_the_parts_of_an_address() -> None:
    jid = Jid("60123:7@s.whatsapp.net")
    assert (jid.user, jid.device, jid.server, jid.bare) == ("60123", 7, "s.whatsapp.net", "60123@s.whatsapp.net")
    assert jid.with_device(0) == "60123@s.whatsapp.net"
    assert (SERVER.user, SERVER.device, SERVER.server) == ("", 0, "s.whatsapp.net")


def test_finding_things_in_a_node() -> None:
    inner = Node("registration", {}, b"\1")
    node = Node("iq", {"from": "60123@lid"}, [Node("user", {}, [inner]), Node("user")])
    assert node.child("user", "registration") is inner
    assert node.child("user", "nothing", "deeper") is None
    assert len(node.all("user")) == 2
    assert node.jid("from").user == "60123"
    assert (node.get("absent"), node.jid("absent").user, inner.data, node.data) == ("", "", b"\1", b"")
    assert str(node) == '<iq from="60123@lid"><user><registration>01</registration></user><user/></iq>'


def test_empty_attributes_are_left_out() -> None:
    assert CODEC.unpack(CODEC.pack(Node("iq", {"id": ""}))) == Node("iq")


def test_nodes_nested_without_end_are_refused() -> None:
    frame = b"\0" + b"\xf8\x02\xfc\x01a\xf8\x01" * 100_000
    with pytest.raises(NodeError, match="deeper"):
        CODEC.unpack(frame)


def test_a_frame_that_inflates_without_end_is_refused() -> None:
    with pytest.raises(NodeError, match="too large"):
        CODEC.unpack(b"\x02" + zlib.compress(b"\0" * (40 << 20)))


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0\0", id="an empty list"),
        pytest.param(b"\0\xf8\x01\0", id="no tag"),
        pytest.param(b"\0\xf8\x01\xfa\0\xfc\x01a", id="an address for a tag"),
        pytest.param(b"\0\xf8\x01\xff\x01\xcc", id="no nibble"),
        pytest.param(b"\0\xf8\x01\xef\xff\0", id="bytes after the node"),
        pytest.param(b"\0\xf8\x03\xfc\x01a\xfc\x01b\xf7\x09\x01\xfc\x01c", id="an unknown agent"),
        pytest.param(b"\x02nothing deflated", id="not deflated"),
        pytest.param(b"\x02" + zlib.compress(b"\xf8\x01\xfc\x01a")[:-2], id="deflated and cut"),
        pytest.param(b"\0\xf8\x01\xf0", id="an unknown token"),
    ],
)
def test_broken_frames_are_refused(frame: bytes) -> None:
    with pytest.raises(NodeError):
        CODEC.unpack(frame)


@pytest.mark.parametrize("jid", ["1:256@s.whatsapp.net", "1:70000@msgr"])
def test_devices_that_do_not_fit_are_refused(jid: str) -> None:
    with pytest.raises(NodeError):
        CODEC.pack(Node("to", {"jid": Jid(jid)}))


def test_tokens_outside_the_dictionaries_are_refused() -> None:
    codec = Codec(["", "a"], [["b"]])
    assert codec.unpack(b"\0\xf8\x01\xec\0") == Node("b")
    for frame in (b"\0\xf8\x01\xec\x01", b"\0\xf8\x01\xed\0", b"\0\xf8\x01\x02"):
        with pytest.raises(NodeError):
            codec.unpack(frame)
