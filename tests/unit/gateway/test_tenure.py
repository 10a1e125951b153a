from datetime import timedelta
from uuid import uuid4

from hebah.gateway.leases import Tenure, WorkerFacts

TTL = timedelta(seconds=15)


class Monotonic:
    """A monotonic clock that obeys."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_tenure_is_good_for_four_fifths_of_its_lease_and_no_longer() -> None:
    monotonic = Monotonic()
    tenure = Tenure(uuid4(), TTL, monotonic)
    monotonic.now += 11.9
    assert tenure.holds()
    monotonic.now += 0.2
    assert not tenure.holds()


def test_a_renewal_counts_from_when_it_was_asked_for_not_from_the_answer() -> None:
    monotonic = Monotonic()
    tenure = Tenure(uuid4(), TTL, monotonic)
    asked_at = monotonic()
    monotonic.now += 5
    tenure.renewed(asked_at)
    assert tenure.left_s() == 7


def test_a_process_that_was_frozen_finds_its_tenure_over() -> None:
    monotonic = Monotonic()
    tenure = Tenure(uuid4(), TTL, monotonic)
    monotonic.now += 3600
    assert tenure.left_s() == 0


def test_a_tenure_that_ended_is_not_revived() -> None:
    monotonic = Monotonic()
    tenure = Tenure(uuid4(), TTL, monotonic)
    tenure.end()
    tenure.renewed(monotonic())
    assert not tenure.holds()


def test_several_heartbeats_may_be_missed_before_a_tenure_lapses() -> None:
    facts = WorkerFacts("host", 1, "test", TTL)
    assert facts.beat_every_s * 3 < 0.8 * TTL.total_seconds()
