"""Protobuf by field number."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network.protobuf import Fixed32, Float32, ProtobufError, decode, encode, varint

NUMBERS = st.integers(1, (1 << 29) - 1)


@given(st.dictionaries(NUMBERS, st.integers(0, (1 << 64) - 1) | st.booleans()))
def test_numbers_come_back(fields: dict[int, int]) -> None:
    record = decode(encode(fields))
    assert {number: record.number(number) for number in record} == fields


@given(st.dictionaries(NUMBERS, st.text() | st.binary() | st.floats(allow_nan=False)))
def test_texts_bytes_and_doubles_come_back(fields: dict[int, str | bytes | float]) -> None:
    record = decode(encode(fields))
    for number, value in fields.items():
        match value:
            case str():
                assert record.text(number) == value
            case bytes():
                assert record.data(number) == value
            case float():
                assert record.double(number) == value


@given(st.lists(st.text()), st.lists(st.integers(0, 1 << 40)))
def test_lists_repeat_their_field_in_order(texts: list[str], numbers: list[int]) -> None:
    record = decode(encode({1: texts, 2: numbers, 3: [{1: text} for text in texts]}))
    assert record.all_text(1) == texts
    assert record.numbers(2) == numbers
    assert [inner.text(1) for inner in record.all_messages(3)] == texts


def test_packed_numbers_are_read_like_repeated_ones() -> None:
    packed = varint(1) + varint(300) + varint(0)
    assert decode(encode({4: packed})).numbers(4) == [1, 300, 0]


def test_absent_fields_are_zero_and_none_writes_nothing() -> None:
    record = decode(encode({1: None, 2: []}))
    assert list(record) == []
    facts = (record.number(1), record.text(1), record.data(1), record.double(1), record.flag(1), record.numbers(1))
    assert facts == (0, "", b"", 0.0, False, [])
    assert record.message(1).text(1) == ""


def test_negative_numbers_take_ten_bytes_as_everywhere() -> None:
    assert encode({1: -1}) == b"\x08" + b"\xff" * 9 + b"\x01"


def test_fixed_widths_are_written_as_such() -> None:
    assert encode({1: Fixed32(0xFF00FF00), 2: Float32(0.5)}) == b"\x0d\x00\xff\x00\xff\x15" + struct.pack("<f", 0.5)


def test_the_last_value_of_a_repeated_field_counts() -> None:
    assert decode(encode({1: [7, 8]})).number(1) == 8


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x08", id="ends after the tag"),
        pytest.param(b"\x08\xff", id="ends inside a number"),
        pytest.param(b"\x08" + b"\xff" * 11, id="a number without end"),
        pytest.param(b"\x0a\x05abc", id="ends inside text"),
        pytest.param(b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", id="an enormous length"),
        pytest.param(b"\x09abc", id="ends inside a double"),
        pytest.param(b"\x0b", id="a group"),
        pytest.param(b"\x00\x00", id="field zero"),
    ],
)
def test_broken_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ProtobufError):
        decode(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        record = decode(data)
    except ProtobufError:
        return
    for number in record:
        for getter in (record.number, record.data, record.text, record.double, record.message, record.numbers):
            try:
                getter(number)
            except ProtobufError:
                continue


def test_asking_for_the_wrong_type_is_refused() -> None:
    record = decode(encode({1: 1, 2: b"\xff", 3: [1]}))
    for ask in (lambda: record.data(1), lambda: record.number(2), lambda: record.text(2), lambda: record.all_data(3)):
        with pytest.raises(ProtobufError):
            ask()
