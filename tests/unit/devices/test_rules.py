from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.devices import rules
from hebah.devices.model import (
    ALLOWED,
    LINKABLE,
    LINKED,
    Cause,
    Condition,
    Device,
    DeviceState,
    IllegalMove,
    Wanted,
    advance,
)

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
INSTANTS = st.integers(0, 30 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))


def device(state: DeviceState = DeviceState.UNLINKED, *, linked_at: datetime | None = None) -> Device:
    return Device(
        workspace_id=uuid4(),
        id=uuid4(),
        name="Shop",
        transport="simulated",
        phone=None,
        lid=None,
        push_name=None,
        condition=Condition(state, Cause.CREATED),
        state_since=NOW,
        wanted=Wanted.OFF,
        owner=None,
        epoch=0,
        hold=None,
        hold_until=None,
        last_sent_at=None,
        last_seen_at=None,
        last_inbound_at=None,
        linked_at=linked_at,
        created_at=NOW,
    )


@given(tries=st.integers(0, 10_000), draw=st.floats(0, 1, exclude_max=True))
def test_a_wait_is_between_one_second_and_five_minutes(tries: int, draw: float) -> None:
    wait = rules.back_off(tries, draw)
    assert timedelta(seconds=1) <= wait <= timedelta(seconds=300)


def test_waits_may_grow_with_every_failure_and_spread_over_the_whole_range() -> None:
    longest = [rules.back_off(tries, 0.999999).total_seconds() for tries in range(1, 12)]
    assert longest == sorted(longest)
    assert longest[0] < 2
    assert longest[-1] > 299
    assert rules.back_off(11, 0.0) == timedelta(seconds=1)


@given(
    state=st.sampled_from(DeviceState),
    until=st.none() | INSTANTS,
    tries=st.integers(1, 40),
    draw=st.floats(0, 1, exclude_max=True),
)
def test_every_report_leads_to_a_legal_condition_and_never_to_a_connect_at_once(
    state: DeviceState, until: datetime | None, tries: int, draw: float
) -> None:
    verdict = rules.after_report(Condition(state, "told", until), now=NOW, tries=tries, draw=draw)
    assert verdict.condition.state == state
    if isinstance(verdict.then, rules.Reopen):
        assert verdict.then.at >= NOW + timedelta(seconds=1)
        assert until is None or verdict.then.at >= until
        assert verdict.condition.until == verdict.then.at


@pytest.mark.parametrize("state", [DeviceState.LOGGED_OUT, DeviceState.BANNED, DeviceState.UNLINKED])
def test_only_a_person_brings_back_a_number_that_is_gone(state: DeviceState) -> None:
    assert rules.after_report(Condition(state, "told"), now=NOW, tries=1, draw=0.5).then == rules.End()


def test_a_ban_with_an_end_is_waited_for() -> None:
    over = NOW + timedelta(days=1)
    verdict = rules.after_report(Condition(DeviceState.BANNED, "told", over), now=NOW, tries=1, draw=0.5)
    assert verdict.then == rules.Reopen(over)


def test_a_restricted_number_stays_connected_since_it_still_receives() -> None:
    over = NOW + timedelta(hours=6)
    verdict = rules.after_report(Condition(DeviceState.RESTRICTED, "told", over), now=NOW, tries=1, draw=0.5)
    assert verdict.then == rules.Stay(look_again=over)


def test_a_replaced_link_is_not_fought_for() -> None:
    verdict = rules.after_report(Condition(DeviceState.REPLACED, "told"), now=NOW, tries=1, draw=0.0)
    assert verdict.then == rules.Reopen(NOW + timedelta(minutes=5))


@pytest.mark.parametrize("state", [DeviceState.BANNED, DeviceState.REPLACED])
def test_a_ban_or_a_replacement_outlives_the_gateway_that_heard_it(state: DeviceState) -> None:
    until = NOW + timedelta(minutes=3)
    assert rules.first_step(Condition(state, "told", until), NOW) == rules.Reopen(until)
    assert rules.first_step(Condition(state, "told", until), until) == rules.Stay()


def test_a_new_gateway_does_not_sit_out_the_wait_of_another() -> None:
    waiting = Condition(DeviceState.WAITING, "connection_lost", NOW + timedelta(minutes=4))
    assert rules.first_step(waiting, NOW) == rules.Stay()


@pytest.mark.parametrize("state", sorted(DeviceState))
def test_a_slot_can_be_linked_only_while_it_holds_no_working_number(state: DeviceState) -> None:
    if state in LINKABLE:
        assert rules.request_link(device(state)).state is DeviceState.LINKING
    else:
        with pytest.raises(IllegalMove):
            rules.request_link(device(state))


@pytest.mark.parametrize("state", sorted(DeviceState))
def test_only_a_linked_number_can_be_stopped_or_started(state: DeviceState) -> None:
    if state in LINKED:
        assert rules.stop(device(state)).state is DeviceState.STOPPED
        assert rules.start(device(state)).state is DeviceState.CONNECTING
    else:
        with pytest.raises(IllegalMove):
            rules.stop(device(state))
        with pytest.raises(IllegalMove):
            rules.start(device(state))


def test_a_failed_linking_leaves_a_fresh_slot_unlinked_and_a_used_one_logged_out() -> None:
    assert rules.end_linking(device(), "qr_timeout").state is DeviceState.UNLINKED
    assert rules.end_linking(device(linked_at=NOW), "qr_timeout").state is DeviceState.LOGGED_OUT


def test_a_late_report_cannot_wake_a_stopped_device() -> None:
    assert not rules.may_move(DeviceState.STOPPED, DeviceState.ONLINE)
    assert not rules.may_move(DeviceState.LOGGED_OUT, DeviceState.ONLINE)


def test_every_state_has_its_place_in_the_table_of_moves() -> None:
    assert set(ALLOWED) == set(DeviceState)
    assert advance(uuid4(), DeviceState.CONNECTING, DeviceState.ONLINE) is DeviceState.ONLINE
    with pytest.raises(IllegalMove):
        advance(uuid4(), DeviceState.UNLINKED, DeviceState.ONLINE)
