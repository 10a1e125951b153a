import time

from hebah.foundation.ids import make_id


def test_ids_are_version_7_and_all_different() -> None:
    ids = [make_id() for _ in range(20_000)]
    assert len(set(ids)) == len(ids)
    assert {(made.version, made.variant) for made in ids} == {(7, "specified in RFC 4122")}


def test_ids_made_later_sort_later() -> None:
    before = time.time_ns() // 1_000_000
    made = make_id()
    after = time.time_ns() // 1_000_000
    assert before <= made.int >> 80 <= after

    def next_tick() -> int:
        start = now = time.time_ns()
        while now - start < 1_000:
            now = time.time_ns()
        return make_id().int

    ids = [next_tick() for _ in range(2_000)]
    assert ids == sorted(ids)
