import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.messaging.wireid import RANDOM_BYTES, make_wire_id


@given(st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES))
def test_a_wire_id_has_the_shape_of_a_linked_device_and_keeps_every_random_bit(random_bytes: bytes) -> None:
    wire_id = make_wire_id(random_bytes)

    assert re.fullmatch(r"3EB0[0-9A-F]{18}", wire_id)
    assert bytes.fromhex(wire_id[4:]) == random_bytes


@pytest.mark.parametrize("length", [0, 8, 10])
def test_too_few_or_too_many_random_bytes_are_a_mistake_of_the_caller(length: int) -> None:
    with pytest.raises(ValueError, match="9 random bytes"):
        make_wire_id(bytes(length))
