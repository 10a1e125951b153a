"""Whatever pieces a stream comes in, the messages inside are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.adapters.transports.companion.framing import LARGEST_FRAME, FrameCutter, FrameRefused, framed


@given(st.lists(st.binary(max_size=50), max_size=8), st.integers(1, 20))
def test_messages_come_out_as_they_went_in(messages: list[bytes], step: int) -> None:
    stream = b"".join(map(framed, messages))
    cutter = FrameCutter()
    cut = [message for start in range(0, len(stream), step) for message in cutter.feed(stream[start : start + step])]
    assert cut == messages
    assert cutter.is_empty


def test_half_a_message_waits_for_the_rest() -> None:
    cutter = FrameCutter()
    assert cutter.feed(framed(b"Selamat")[:-1]) == []
    assert not cutter.is_empty


def test_a_length_beyond_all_messages_is_refused() -> None:
    with pytest.raises(FrameRefused):
        FrameCutter().feed((LARGEST_FRAME + 1).to_bytes(4, "big"))
