import pytest

from hebah.foundation.crashpoints import NAMES, CrashPoints, CrashPointUnknown


def test_without_orders_nothing_happens() -> None:
    crashpoint = CrashPoints.none()
    for name in NAMES:
        crashpoint(name)


def test_it_dies_at_the_ordered_place_the_ordered_time() -> None:
    deaths: list[str] = []
    crashpoint = CrashPoints.at("after_send:2", lambda: deaths.append("dead"))
    for name in ("before_send", "after_send", "before_send"):
        crashpoint(name)
    assert deaths == []
    crashpoint("after_send")
    assert deaths == ["dead"]


@pytest.mark.parametrize("order", ["after_lunch", "after_send:0", "after_send:x", ""])
def test_an_order_that_names_no_place_is_refused(order: str) -> None:
    with pytest.raises(CrashPointUnknown):
        CrashPoints.at(order)
