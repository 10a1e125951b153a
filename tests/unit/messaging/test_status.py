from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.messaging.status import Delivery, advance, has_reached

deliveries = st.sampled_from(Delivery)


@given(deliveries, deliveries)
def test_a_receipt_never_takes_a_tick_away(old: Delivery, new: Delivery) -> None:
    assert has_reached(advance(old, new), old)
    assert has_reached(advance(old, new), new)
    assert advance(old, new) in (old, new)


@given(st.lists(deliveries, min_size=1))
def test_the_order_and_repetition_of_receipts_do_not_matter(receipts: list[Delivery]) -> None:
    assert reduce(advance, receipts) == reduce(advance, reversed(receipts)) == reduce(advance, receipts + receipts)


def test_played_is_the_end_of_every_order() -> None:
    assert {reduce(advance, order) for order in permutations(Delivery)} == {Delivery.PLAYED}


@pytest.mark.parametrize(
    ("known", "step", "reached"),
    [
        (Delivery.READ, Delivery.DELIVERED, True),
        (Delivery.READ, Delivery.READ, True),
        (Delivery.DELIVERED, Delivery.READ, False),
        (Delivery.PLAYED, Delivery.ACCEPTED, True),
    ],
)
def test_a_later_tick_implies_the_earlier_ones(known: Delivery, step: Delivery, reached: bool) -> None:
    assert has_reached(known, step) is reached
