from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hebah.devices import rules
from hebah.devices.model import Condition, DeviceState
from hebah.devices.rules import Stay

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
LIMIT = Condition(DeviceState.RESTRICTED, "reachout_timelock", NOW + timedelta(hours=5))


def test_a_limit_without_end_is_tried_again_some_hours_later() -> None:
    told = Condition(DeviceState.RESTRICTED, "new_chats_refused")
    verdict = rules.after_report(told, now=NOW, tries=0, draw=0.5)
    assert verdict.condition == told
    assert verdict.then == Stay(NOW + rules.RESTRICTED_PAUSE)


def test_a_new_link_that_says_nothing_of_a_limit_does_not_lift_it() -> None:
    online = Condition(DeviceState.ONLINE, "connected")
    assert rules.as_known(online, LIMIT, NOW) == LIMIT
    assert rules.as_known(online, LIMIT, NOW + timedelta(hours=5)) == online
    assert rules.as_known(online, None, NOW) == online


@given(st.sampled_from([state for state in DeviceState if state is not DeviceState.ONLINE]))
def test_a_limit_hides_nothing_else(state: DeviceState) -> None:
    told = Condition(state, "whatever")
    assert rules.as_known(told, LIMIT, NOW) == told
