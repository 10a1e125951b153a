"""WhatsApp's binary XML: addresses, nodes, and the codec between a node and the bytes of a frame."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

LIST_EMPTY, DICT0, DICT3, INTEROP_JID, FB_JID, AD_JID = 0, 236, 239, 245, 246, 247
LIST8, LIST16, JID_PAIR, HEX8, BIN8, BIN20, BIN32, NIB8 = 248, 249, 250, 251, 252, 253, 254, 255
DOMAINS = {0: "s.whatsapp.net", 1: "lid", 128: "hosted", 129: "hosted.lid"}
AGENTS = {server: agent for agent, server in DOMAINS.items()}

_COMPRESSED = 2
_LONGEST_PACKED = 127
_DEEPEST = 64
_LARGEST_FRAME = 32 << 20
_NIBBLES, _HEX = frozenset("0123456789-."), frozenset("0123456789ABCDEF")
_NIBBLE_HEX = str.maketrans("-.", "ab")
_NIBBLE_DIGITS = frozenset("0123456789ab")
_NIBBLE_CHARS = str.maketrans("ab", "-.")


class NodeError(ValueError):
    """The bytes are no node, or a node cannot be written."""


class Jid(str):
    """`user@server` or `user:device@server`; `@server` has no user. Interop users read `integrator-user`."""

    __slots__ = ()

    @property
    def server(self) -> str:
        """The part after the @."""
        return self.rpartition("@")[2]

    @property
    def user(self) -> str:
        """The part before the device and the @."""
        return self.rpartition("@")[0].partition(":")[0]

    @property
    def device(self) -> int:
        """0 is the phone."""
        return int(self.rpartition("@")[0].partition(":")[2] or 0)

    @property
    def bare(self) -> "Jid":
        """The same without its device."""
        return Jid(f"{self.user}@{self.server}")

    def with_device(self, device: int) -> "Jid":
        """The same user's device; 0 is written without a device."""
        return Jid(f"{self.user}:{device}@{self.server}" if device else f"{self.user}@{self.server}")


SERVER = Jid("@s.whatsapp.net")
GROUP_SERVER = Jid("@g.us")

Content: TypeAlias = "list[Node] | bytes | str | None"


@dataclass(slots=True)
class Node:
    """A tag with attributes and either children, bytes, a token or nothing. Attributes that are Jid travel as such."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    content: Content = None

    @property
    def children(self) -> "list[Node]":
        """The nodes inside; none when the content is something else."""
        return self.content if isinstance(self.content, list) else []

    @property
    def data(self) -> bytes:
        """The content as bytes; empty when the content is something else."""
        match self.content:
            case bytes():
                return self.content
            case str():
                return self.content.encode()
        return b""

    def child(self, *tags: str) -> "Node | None":
        """The first child of that tag; more tags go deeper."""
        current: Node | None = self
        for tag in tags:
            current = next((each for each in current.children if each.tag == tag), None) if current else None
        return current

    def all(self, tag: str) -> "list[Node]":
        """Every child of that tag."""
        return [each for each in self.children if each.tag == tag]

    def get(self, name: str, default: str = "") -> str:
        """An attribute as text."""
        return self.attrs.get(name, default)

    def jid(self, name: str) -> Jid:
        """An attribute as an address; `@` when it is absent."""
        value = self.attrs.get(name, "@")
        return value if isinstance(value, Jid) else Jid(value)

    def __str__(self) -> str:
        attrs = "".join(f' {name}="{value}"' for name, value in self.attrs.items())
        match self.content:
            case None:
                return f"<{self.tag}{attrs}/>"
            case list():
                body = "".join(map(str, self.content))
            case bytes():
                body = self.content[:24].hex() + ("…" if len(self.content) > 24 else "")
            case _:
                body = self.content
        return f"<{self.tag}{attrs}>{body}</{self.tag}>"


class Codec:
    """Writes and reads nodes with the library's token dictionaries (see `tests.network.tokens`)."""

    def __init__(self, single: Sequence[str], double: Sequence[Sequence[str]]) -> None:
        self.single = tuple(single)
        self.double = tuple(tuple(tokens) for tokens in double)
        self._written: dict[str, bytes] = {
            token: bytes((DICT0 + number, index))
            for number, tokens in enumerate(self.double)
            for index, token in enumerate(tokens)
            if token
        }
        self._written.update((token, bytes((index,))) for index, token in enumerate(self.single) if token)

    def pack(self, node: Node) -> bytes:
        """The uncompressed frame of a node."""
        out = bytearray(b"\0")
        self._put_node(out, node)
        return bytes(out)

    def pack_compressed(self, node: Node) -> bytes:
        """The same, deflated as the server does with long frames."""
        return bytes((_COMPRESSED,)) + zlib.compress(self.pack(node)[1:])

    def unpack(self, frame: bytes) -> Node:
        """The node of a frame; raises NodeError for whatever is not exactly one node."""
        if not frame:
            raise NodeError("the frame is empty")
        reader = _Reader(self, _inflate(frame) if frame[0] & _COMPRESSED else frame[1:])
        try:
            node = reader.node(_DEEPEST)
        except IndexError as error:
            raise NodeError("the frame ends early") from error
        if reader.left:
            raise NodeError("bytes are left after the node")
        return node

    def _put_node(self, out: bytearray, node: Node) -> None:
        attrs = {name: value for name, value in node.attrs.items() if value != ""}
        _put_list_size(out, 1 + 2 * len(attrs) + (node.content is not None))
        self._put_text(out, node.tag)
        for name, value in attrs.items():
            self._put_text(out, name)
            if isinstance(value, Jid):
                self._put_jid(out, value)
            else:
                self._put_text(out, value)
        self._put_content(out, node.content)

    def _put_content(self, out: bytearray, content: Content) -> None:
        match content:
            case list():
                _put_list_size(out, len(content))
                for each in content:
                    self._put_node(out, each)
            case bytes():
                _put_raw(out, content)
            case str():
                self._put_text(out, content)

    def _put_text(self, out: bytearray, text: str) -> None:
        written = self._written.get(text)
        if written is not None:
            out += written
        elif len(text) > _LONGEST_PACKED or not _put_packed(out, text):
            _put_raw(out, text.encode())

    def _put_jid(self, out: bytearray, jid: Jid) -> None:
        server = jid.server
        match server:
            case "msgr":
                out.append(FB_JID)
                self._put_text(out, jid.user)
                out += _short(jid.device)
                self._put_text(out, server)
            case "interop":
                integrator, _, user = jid.user.partition("-")
                out.append(INTEROP_JID)
                self._put_text(out, user)
                out += _short(jid.device) + _short(int(integrator))
                self._put_text(out, server)
            case _ if server in AGENTS and (jid.device or server.startswith("hosted")):
                out += bytes((AD_JID, AGENTS[server], _byte(jid.device)))
                self._put_text(out, jid.user)
            case _:
                out.append(JID_PAIR)
                if jid.user:
                    self._put_text(out, jid.user)
                else:
                    out.append(LIST_EMPTY)
                self._put_text(out, server)


def _put_list_size(out: bytearray, size: int) -> None:
    if size == 0:
        out.append(LIST_EMPTY)
    elif size < 1 << 8:
        out += bytes((LIST8, size))
    else:
        out.append(LIST16)
        out += _short(size)


def _put_raw(out: bytearray, data: bytes) -> None:
    size = len(data)
    if size < 1 << 8:
        out += bytes((BIN8, size))
    elif size < 1 << 20:
        out.append(BIN20)
        out += size.to_bytes(3, "big")
    else:
        out.append(BIN32)
        out += size.to_bytes(4, "big")
    out += data


def _put_packed(out: bytearray, text: str) -> bool:
    """Two characters in a byte, when one of the two alphabets has all of them."""
    if _NIBBLES.issuperset(text):
        tag, digits, filler = NIB8, text.translate(_NIBBLE_HEX), "f"
    elif _HEX.issuperset(text):
        tag, digits, filler = HEX8, text, "F"
    else:
        return False
    odd = len(digits) & 1
    packed = bytes.fromhex(digits + filler if odd else digits)
    out += bytes((tag, odd << 7 | len(packed)))
    out += packed
    return True


def _short(number: int) -> bytes:
    try:
        return number.to_bytes(2, "big")
    except OverflowError as error:
        raise NodeError(f"{number} does not fit two bytes") from error


def _byte(number: int) -> int:
    if not 0 <= number < 1 << 8:
        raise NodeError(f"device {number} does not fit a byte")
    return number


def _inflate(frame: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(frame[1:], _LARGEST_FRAME)
    except zlib.error as error:
        raise NodeError("the frame does not inflate") from error
    if not inflater.eof or inflater.unused_data:
        raise NodeError("the compressed frame is cut or too large")
    return data


class _Reader:
    """A position in a frame. Reading a byte behind its end is an IndexError, which `Codec.unpack` translates."""

    def __init__(self, codec: Codec, data: bytes) -> None:
        self._single = codec.single
        self._double = codec.double
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def node(self, depth: int) -> Node:
        if depth == 0:
            raise NodeError(f"nodes are nested deeper than {_DEEPEST}")
        size = self._list_size(self._byte())
        if size == 0:
            raise NodeError("a node needs a tag")
        tag = self._name()
        attrs = {self._name(): self._value() or "" for _ in range((size - 1) // 2)}
        return Node(tag, attrs, None if size % 2 else self._content(depth))

    def _content(self, depth: int) -> Content:
        tag = self._byte()
        if tag in (LIST8, LIST16):
            return [self.node(depth - 1) for _ in range(self._list_size(tag))]
        if tag in (BIN8, BIN20, BIN32):
            return self._raw(tag)
        return self._text(tag)

    def _name(self) -> str:
        text = self._value()
        if not text or isinstance(text, Jid):
            raise NodeError("a name is expected here")
        return text

    def _value(self) -> str | None:
        tag = self._byte()
        if tag not in (BIN8, BIN20, BIN32):
            return self._text(tag)
        try:
            return self._raw(tag).decode()
        except UnicodeDecodeError as error:
            raise NodeError("a text is not UTF-8") from error

    def _text(self, tag: int) -> str | None:
        if LIST_EMPTY < tag < DICT0:
            return _token(self._single, tag)
        if tag in (NIB8, HEX8):
            return self._unpacked(tag)
        if tag in (JID_PAIR, AD_JID, FB_JID, INTEROP_JID):
            return self._jid(tag)
        if DICT0 <= tag <= DICT3 and tag - DICT0 < len(self._double):
            return _token(self._double[tag - DICT0], self._byte())
        if tag == LIST_EMPTY:
            return None
        raise NodeError(f"token {tag} is unknown")

    def _jid(self, tag: int) -> Jid:
        if tag == JID_PAIR:
            user = self._value() or ""
            return Jid(f"{user}@{self._name()}")
        if tag == AD_JID:
            agent, device = self._byte(), self._byte()
            if agent not in DOMAINS:
                raise NodeError(f"agent {agent} is unknown")
            device_part = f":{device}" if device else ""
            return Jid(f"{self._name()}{device_part}@{DOMAINS[agent]}")
        user, device = self._name(), self._number(2)
        if tag == INTEROP_JID:
            user = f"{self._number(2)}-{user}"
        return Jid(f"{user}@{self._name()}").with_device(device)

    def _unpacked(self, tag: int) -> str:
        start = self._byte()
        # Hexadecimal digits say the nibbles of both forms.
        text = self._bytes(start & 127).hex()
        if start >> 7:
            text = text[:-1]
        if tag == HEX8:
            return text.upper()
        if text.isdecimal():
            return text
        if not _NIBBLE_DIGITS.issuperset(text):
            raise NodeError("a packed text has an unknown character")
        return text.translate(_NIBBLE_CHARS)

    def _list_size(self, tag: int) -> int:
        if tag == LIST8:
            return self._byte()
        if tag == LIST16:
            return self._number(2)
        if tag == LIST_EMPTY:
            return 0
        raise NodeError(f"{tag} starts no list")

    def _raw(self, tag: int) -> bytes:
        if tag == BIN8:
            return self._bytes(self._byte())
        if tag == BIN20:
            return self._bytes(self._number(3) & 0xFFFFF)
        return self._bytes(self._number(4))

    def _byte(self) -> int:
        at = self._at
        self._at = at + 1
        return self._data[at]

    def _bytes(self, size: int) -> bytes:
        at = self._at
        self._at = end = at + size
        if end > len(self._data):
            raise NodeError("the frame ends early")
        return self._data[at:end]

    def _number(self, size: int) -> int:
        return int.from_bytes(self._bytes(size), "big")


def _token(tokens: Sequence[str], index: int) -> str:
    if index >= len(tokens):
        raise NodeError(f"token {index} is unknown")
    return tokens[index]
