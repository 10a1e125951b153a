from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hebah.gateway.allowances import Allowance, Allowances

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALLOWANCE = Allowance(3, timedelta(seconds=10))


@given(st.lists(st.integers(0, 30), max_size=40))
def test_no_more_is_asked_in_any_span_than_the_allowance_gives(waits: list[int]) -> None:
    allowances: Allowances[str] = Allowances()
    now, asked = START, list[datetime]()
    for wait in waits:
        now += timedelta(seconds=wait)
        if allowances.ready_at("device", ALLOWANCE, now) <= now:
            allowances.take("device", ALLOWANCE, now)
            asked.append(now)
    for index, first in enumerate(asked):
        for count, last in enumerate(asked[index:], start=1):
            assert count <= ALLOWANCE.most + (last - first) // ALLOWANCE.pause


def test_one_after_another_is_ready_when_its_pause_is_over_and_others_do_not_wait() -> None:
    allowances: Allowances[str] = Allowances()
    for _ in range(ALLOWANCE.most):
        assert allowances.ready_at("busy", ALLOWANCE, START) <= START
        allowances.take("busy", ALLOWANCE, START)
    assert allowances.ready_at("busy", ALLOWANCE, START) == START + ALLOWANCE.pause
    assert allowances.ready_at("idle", ALLOWANCE, START) <= START
