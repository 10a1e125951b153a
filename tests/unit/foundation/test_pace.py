"""Token buckets: bursts are let through, floods are not, and waiting helps."""

from hypothesis import given
from hypothesis import strategies as st

from hebah.foundation.pace import Buckets, Rate


def test_a_burst_is_let_through_and_then_as_many_as_come_back() -> None:
    buckets = Buckets(Rate(per_s=2, burst=3))
    assert [buckets.wait_s("a", 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert [buckets.wait_s("a", 0.5) for _ in range(2)] == [0, 0.5]


def test_one_who_floods_keeps_nobody_else_waiting() -> None:
    buckets = Buckets(Rate(per_s=1, burst=1))
    for _ in range(50):
        buckets.wait_s("flood", 0.0)
    assert buckets.wait_s("other", 0.0) == 0


@given(st.lists(st.floats(0, 5), max_size=60))
def test_never_more_than_the_burst_and_what_came_back(gaps: list[float]) -> None:
    buckets, now, passed = Buckets(Rate(per_s=3, burst=5)), 0.0, 0
    for gap in gaps:
        now += gap
        passed += buckets.wait_s("a", now) == 0
    assert passed <= 5 + 3 * now + 1e-6


def test_waiting_as_long_as_told_is_enough() -> None:
    buckets, now = Buckets(Rate(per_s=3, burst=1)), 0.0
    buckets.wait_s("a", now)
    for _ in range(5):
        wait = buckets.wait_s("a", now)
        now += wait + 1e-9
        assert buckets.wait_s("a", now) == 0


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    buckets = Buckets(Rate(per_s=1, burst=2))
    for number in range(45_000):
        buckets.wait_s(number, number / 1000)
    assert len(buckets._levels) <= 20_001
