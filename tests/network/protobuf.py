"""Just enough protobuf for the test network: messages by field number, without generated code.

`encode` turns {field number: value} into bytes; a list repeats its field and a mapping is a message inside. `decode`
gives a `Record` whose getters say which type is expected, for the wire does not.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Scalar: TypeAlias = int | bool | float | str | bytes
Value: TypeAlias = "Scalar | Mapping[int, Value] | Sequence[Value] | None"
Fields: TypeAlias = Mapping[int, Value]
Raw: TypeAlias = int | bytes

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MAX_64 = (1 << 64) - 1
_HIGHEST_FIELD = (1 << 29) - 1
_WIDTHS = {_FIXED64: 8, _FIXED32: 4}
_VARINT_BITS = 70


class ProtobufError(ValueError):
    """The bytes are no protobuf message, or a field is not of the type that was asked for."""


class Fixed32(int):
    """An unsigned number that travels as fixed32."""


class Float32(float):
    """A number that travels as a single-precision float."""


def varint(number: int) -> bytes:
    """The base-128 form; negative numbers take their 64-bit two's complement."""
    number &= _MAX_64
    if number < 128:
        return bytes((number,))
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def encode(fields: Fields) -> bytes:
    """Bytes of the message, its fields in the given order; None and empty lists leave a field out.

    int and bool are varints, float is a double, str is UTF-8.
    """
    out = bytearray()
    for number, value in fields.items():
        _put(out, number, value)
    return bytes(out)


def _put(out: bytearray, number: int, value: Value) -> None:
    if isinstance(value, str):
        value = value.encode()
    elif isinstance(value, Mapping):
        value = encode(value)
    if isinstance(value, bytes):
        out += varint(number << 3 | _BYTES)
        out += varint(len(value))
        out += value
    elif isinstance(value, Sequence):
        for each in value:
            _put(out, number, each)
    elif value is not None:
        _put_number(out, number, value)


def _put_number(out: bytearray, number: int, value: int | float) -> None:
    if isinstance(value, Fixed32):
        out += varint(number << 3 | _FIXED32) + struct.pack("<I", value)
    elif isinstance(value, Float32):
        out += varint(number << 3 | _FIXED32) + struct.pack("<f", value)
    elif isinstance(value, int):
        out += varint(number << 3 | _VARINT) + varint(value)
    else:
        out += varint(number << 3 | _FIXED64) + struct.pack("<d", value)


class Record:
    """A decoded message. Getters give the last value of a field, or the type's zero when the field is absent."""

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[int, list[Raw]]) -> None:
        self._fields = fields

    def __contains__(self, number: int) -> bool:
        return number in self._fields

    def __iter__(self) -> Iterator[int]:
        """Field numbers, in the order of their first appearance."""
        return iter(self._fields)

    def __repr__(self) -> str:
        return f"Record({self._fields!r})"

    def number(self, field: int) -> int:
        """A varint field, unsigned."""
        values = self._fields.get(field)
        if values is None:
            return 0
        value = values[-1]
        if not isinstance(value, int):
            raise ProtobufError(f"field {field} is no varint")
        return value

    def flag(self, field: int) -> bool:
        """A bool field."""
        return self.number(field) != 0

    def data(self, field: int) -> bytes:
        """A bytes field (also the raw bytes of a message, a fixed32 or a fixed64)."""
        values = self._fields.get(field)
        if values is None:
            return b""
        value = values[-1]
        if not isinstance(value, bytes):
            raise ProtobufError(f"field {field} is not length-delimited")
        return value

    def text(self, field: int) -> str:
        """A string field."""
        return _text(field, self.data(field))

    def double(self, field: int) -> float:
        """A double field."""
        data = self.data(field)
        if not data:
            return 0.0
        if len(data) != _WIDTHS[_FIXED64]:
            raise ProtobufError(f"field {field} is no double")
        value: float = struct.unpack("<d", data)[0]
        return value

    def message(self, field: int) -> "Record":
        """A message field; empty when absent."""
        return decode(self.data(field))

    def numbers(self, field: int) -> list[int]:
        """Every value of a repeated varint field, packed or not."""
        out: list[int] = []
        for value in self._fields.get(field, ()):
            out.extend([value] if isinstance(value, int) else _packed(value))
        return out

    def all_data(self, field: int) -> list[bytes]:
        """Every value of a repeated bytes field."""
        values = self._fields.get(field, [])
        if not all(isinstance(value, bytes) for value in values):
            raise ProtobufError(f"field {field} is not length-delimited")
        return [value for value in values if isinstance(value, bytes)]

    def all_text(self, field: int) -> list[str]:
        """Every value of a repeated string field."""
        return [_text(field, value) for value in self.all_data(field)]

    def all_messages(self, field: int) -> "list[Record]":
        """Every value of a repeated message field."""
        return [decode(value) for value in self.all_data(field)]


def decode(data: bytes) -> Record:
    """Read a message; raises ProtobufError when the bytes end early or a tag is impossible."""
    fields: dict[int, list[Raw]] = {}
    at, end = 0, len(data)
    while at < end:
        tag, at = _read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        if not 1 <= number <= _HIGHEST_FIELD:
            raise ProtobufError(f"field number {number} is impossible")
        value: Raw
        if wire == _VARINT:
            value, at = _read_varint(data, at)
        else:
            size, at = _size(data, at, wire)
            if size > end - at:
                raise ProtobufError("the message ends inside a field")
            value = bytes(data[at : at + size])
            at += size
        fields.setdefault(number, []).append(value)
    return Record(fields)


def _size(data: bytes, at: int, wire: int) -> tuple[int, int]:
    if wire == _BYTES:
        return _read_varint(data, at)
    if wire not in _WIDTHS:
        raise ProtobufError(f"wire type {wire} is unknown")
    return _WIDTHS[wire], at


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    if at < len(data) and (first := data[at]) < 128:
        return first, at + 1
    value = 0
    for shift in range(0, _VARINT_BITS, 7):
        if at >= len(data):
            raise ProtobufError("the message ends inside a number")
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & _MAX_64, at
    raise ProtobufError("a number is longer than 64 bits")


def _packed(data: bytes) -> list[int]:
    out = []
    at = 0
    while at < len(data):
        value, at = _read_varint(data, at)
        out.append(value)
    return out


def _text(field: int, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ProtobufError(f"field {field} is no UTF-8") from error
