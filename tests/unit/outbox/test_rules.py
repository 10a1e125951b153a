from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hebah.messaging.template import Template, Variable, Words
from hebah.outbox.model import (
    Consent,
    DeviceEpoch,
    HoldReason,
    LaneFacts,
    OutboxState,
    Pace,
    Policy,
    SendHistory,
    Stream,
    StreamState,
)
from hebah.outbox.rules import (
    Candidate,
    Hold,
    Never,
    Reader,
    Recipient,
    Send,
    cap_free_at,
    capacity_for,
    decide,
    gap_due,
    plan_lane,
    quiet_until,
    retry_after,
    words_for,
    zones_of,
)

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FREE = Policy(quiet_on=False, quiet_from=time(21), quiet_until=time(9), hourly_cap=None, daily_cap=None)
NIGHT = replace(FREE, quiet_on=True)
NOTHING_SENT = LaneFacts(None, 0.0, SendHistory())
ZONES = (
    "Asia/Kuala_Lumpur",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
)


def a_candidate(**changes: Any) -> Candidate:  # Any: fields of whichever fact a test is about
    person = Recipient(uuid4(), True, "+60123456789", None, None, Consent.GRANTED, False, False)
    stream = Stream(UUID(int=1), UUID(int=2), StreamState.OPEN, Pace(0, 0), 0, False, None)
    return Candidate(
        outbox_id=uuid4(),
        device=DeviceEpoch(UUID(int=1), UUID(int=3), 1),
        stream=replace(stream, **{key: value for key, value in changes.items() if hasattr(stream, key)}),
        campaign_id=UUID(int=2),
        content_id=UUID(int=4),
        not_before=changes.get("not_before", NOW),
        variables={},
        seed=0,
        recipient=replace(person, **{key: value for key, value in changes.items() if hasattr(person, key)}),
        policy=changes.get("policy", FREE),
    )


def test_what_nothing_forbids_is_sent() -> None:
    assert decide(a_candidate(), NOTHING_SENT, NOW) == Send()


OBJECTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("campaign_cancelled", {"state": StreamState.CLOSED}),
    ("expired", {"expires_at": NOW}),
    ("contact_deleted", {"exists": False}),
    ("suppressed", {"suppressed": True}),
    ("consent_refused", {"consent": Consent.REFUSED}),
    ("no_phone", {"phone": None}),
    ("chat_in_doubt", {"chat_in_doubt": True}),
    ("quiet_hours", {"policy": replace(NIGHT, quiet_from=time(16), hourly_cap=1)}),
    ("hourly_cap", {"policy": replace(FREE, hourly_cap=1)}),
    ("gap", {"pace": Pace(60, 60)}),
)


@pytest.mark.parametrize("first", range(len(OBJECTIONS)))
def test_the_first_rule_that_objects_gives_the_reason(first: int) -> None:
    facts: dict[str, Any] = {}
    for _, objection in reversed(OBJECTIONS[first:]):
        facts |= objection
    verdict = decide(a_candidate(**facts), LaneFacts(NOW, 0.0, SendHistory([NOW], 10)), NOW)
    assert not isinstance(verdict, Send)
    assert (verdict.code if isinstance(verdict, Never) else verdict.reason) == OBJECTIONS[first][0]


@pytest.mark.parametrize(
    ("consent", "override", "sends"),
    [
        (Consent.GRANTED, False, True),
        (Consent.UNKNOWN, False, False),
        (Consent.UNKNOWN, True, True),
        (Consent.REFUSED, True, False),
    ],
)
def test_an_override_reaches_unknown_consent_only(consent: Consent, override: bool, sends: bool) -> None:
    verdict = decide(a_candidate(consent=consent, consent_override=override), NOTHING_SENT, NOW)
    assert isinstance(verdict, Send) is sends
    assert sends or (isinstance(verdict, Never) and verdict.state is OutboxState.EXCLUDED)


@settings(max_examples=300)
@given(
    gap=st.tuples(st.floats(0, 30), st.floats(0, 60)).map(lambda pair: Pace(min(pair), max(pair))),
    caps=st.tuples(st.none() | st.integers(1, 6), st.none() | st.integers(1, 20)),
    draws=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=80),
    late_s=st.lists(st.floats(0, 900), min_size=1, max_size=7),
)
def test_no_window_ever_holds_more_than_its_cap_and_no_gap_is_shorter_than_asked(
    gap: Pace, caps: tuple[int | None, int | None], draws: list[float], late_s: list[float]
) -> None:
    policy = replace(FREE, hourly_cap=caps[0], daily_cap=caps[1])
    sent: list[datetime] = []
    history = SendHistory((), capacity_for(policy))
    now = NOW
    for number, draw in enumerate(draws):
        candidate = a_candidate(pace=gap, policy=policy)
        while isinstance(verdict := decide(candidate, LaneFacts(sent[-1] if sent else None, draw, history), now), Hold):
            assert verdict.until > now
            now = verdict.until
        history.add(now)
        sent.append(now)
        now += timedelta(seconds=late_s[number % len(late_s)])

    for cap, window in ((caps[0], HOUR), (caps[1], DAY)):
        for first, last in zip(sent, sent[cap:] if cap is not None else [], strict=False):
            assert last - first >= window
    for draw, before, after in zip(draws[1:], sent, sent[1:], strict=False):
        assert after - before >= timedelta(seconds=gap.gap_min_s + draw * (gap.gap_max_s - gap.gap_min_s))


def test_caps_and_gaps_do_not_wait_longer_than_they_must() -> None:
    history = SendHistory([NOW, NOW + timedelta(minutes=5)], 10)
    assert cap_free_at(history, 2, HOUR) == NOW + HOUR
    assert cap_free_at(history, 3, HOUR) is None
    assert cap_free_at(history, None, HOUR) is None
    assert gap_due(Pace(8, 20), 0.5, NOW) == NOW + timedelta(seconds=14)
    assert gap_due(Pace(8, 20), 0.5, None) is None


def test_a_history_forgets_what_was_not_written_and_what_no_cap_counts() -> None:
    history = SendHistory([NOW, NOW + HOUR], capacity=2)
    history.add(NOW + 2 * HOUR)
    history.remove(NOW + HOUR)
    history.remove(NOW + 9 * HOUR)
    assert len([nth for nth in (1, 2, 3) if history.latest(nth)]) == 1
    assert history.latest(1) == NOW + 2 * HOUR


def is_quiet(policy: Policy, instant: datetime, zone: str) -> bool:
    local = instant.astimezone(ZoneInfo(zone)).time()
    if policy.quiet_from < policy.quiet_until:
        return policy.quiet_from <= local < policy.quiet_until
    return local >= policy.quiet_from or local < policy.quiet_until


def first_open_minute(policy: Policy, zones: tuple[str, ...], instant: datetime) -> datetime | None:
    """By brute force, to the minute."""
    for minute in range(8 * 24 * 60):
        moment = instant + timedelta(minutes=minute)
        if not any(is_quiet(policy, moment, zone) for zone in zones):
            return moment
    return None


DANGEROUS = [
    datetime(2026, 3, 8, 6, 30, tzinfo=UTC),  # New York loses 02:00-03:00
    datetime(2026, 11, 1, 4, 30, tzinfo=UTC),  # New York has 01:00-02:00 twice
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC),  # London loses 01:00-02:00
    datetime(2026, 10, 25, 0, 0, tzinfo=UTC),  # London has 01:00-02:00 twice
    datetime(2026, 4, 4, 14, 0, tzinfo=UTC),  # Lord Howe goes back by half an hour
    datetime(2026, 10, 3, 15, 0, tzinfo=UTC),  # Lord Howe goes forward by half an hour
    datetime(2026, 2, 15, 1, 0, tzinfo=UTC),  # Casablanca goes back for Ramadan
    datetime(2026, 3, 22, 1, 0, tzinfo=UTC),  # Casablanca comes out of Ramadan
    datetime(2011, 12, 30, 8, 0, tzinfo=UTC),  # Apia skips a whole day
    datetime(2028, 2, 28, 12, 0, tzinfo=UTC),  # before a leap day
]
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
INSTANTS = st.one_of(
    st.sampled_from(DANGEROUS), st.integers(0, 10 * 365).map(lambda day: datetime(2020, 1, 1, tzinfo=UTC) + day * DAY)
).flatmap(lambda around: st.integers(-36 * 60, 36 * 60).map(lambda by: around + timedelta(minutes=by)))


@settings(max_examples=400)
@given(
    instant=INSTANTS,
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True).map(tuple),
    hours=st.tuples(MINUTES, MINUTES),
)
def test_quiet_hours_end_at_the_first_instant_that_is_free_in_every_zone(
    instant: datetime, zones: tuple[str, ...], hours: tuple[time, time]
) -> None:
    policy = replace(NIGHT, quiet_from=hours[0], quiet_until=hours[1])
    instant = instant.replace(second=0, microsecond=0)

    opens = quiet_until(policy, zones, instant)

    if hours[0] == hours[1]:
        assert opens == instant
    else:
        assert opens == first_open_minute(policy, zones, instant)


@pytest.mark.parametrize(
    ("zone", "instant", "until", "opens"),
    [
        # 02:30 does not exist on that day: the first valid instant after the gap.
        ("America/New_York", "2026-03-08T06:00Z", time(2, 30), "2026-03-08T07:00Z"),
        # 01:30 comes twice: the first of the two.
        ("America/New_York", "2026-11-01T04:00Z", time(1, 30), "2026-11-01T05:30Z"),
        # Lord Howe jumps by half an hour over 02:15.
        ("Australia/Lord_Howe", "2026-10-03T15:00Z", time(2, 15), "2026-10-03T15:30Z"),
        # 30 December 2011 does not exist in Apia.
        ("Pacific/Apia", "2011-12-30T09:00Z", time(9), "2011-12-30T19:00Z"),
        ("Asia/Kuala_Lumpur", "2028-02-28T14:00Z", time(9), "2028-02-29T01:00Z"),
    ],
)
def test_the_days_on_which_clocks_do_strange_things(zone: str, instant: str, until: time, opens: str) -> None:
    policy = replace(NIGHT, quiet_until=until)
    assert quiet_until(policy, (zone,), datetime.fromisoformat(instant)) == datetime.fromisoformat(opens)


def test_seconds_within_a_quiet_minute_do_not_matter() -> None:
    instant = datetime(2026, 1, 5, 13, 30, 17, 250, tzinfo=UTC)
    assert quiet_until(NIGHT, ("Asia/Kuala_Lumpur",), instant) == datetime(2026, 1, 6, 1, 0, tzinfo=UTC)


def test_a_number_with_no_common_hour_is_never_written_to() -> None:
    policy = replace(NIGHT, quiet_from=time(12), quiet_until=time(9))
    person = a_candidate(zone="Pacific/Kiritimati", policy=policy)
    assert decide(person, NOTHING_SENT, NOW) != Never(OutboxState.EXCLUDED, "no_sending_hour")
    assert quiet_until(policy, ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/London"), NOW) is None


def test_where_a_person_may_be() -> None:
    assert zones_of("Europe/London", "+60123456789", "UTC") == ("Europe/London",)
    assert zones_of("Not/A_Zone", "+12125551234", "UTC") == ("America/New_York",)
    assert zones_of(None, None, "Asia/Tokyo") == ("Asia/Tokyo",)
    assert len(zones_of(None, "+61412345678", "UTC")) > 3


GREETED = Template((Variable("greeting", None), Words(" "), Variable("name", None)))


def test_words_follow_the_hour_where_the_reader_is() -> None:
    reader = Reader("+60123456789", "Asia/Kuala_Lumpur", None, {"name": "Mei"}, 1)
    spoken = words_for(reader, GREETED, "UTC", datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    assert spoken == "Selamat pagi Mei"
    english = replace(reader, language="en", zone="America/New_York")
    spoken = words_for(english, GREETED, "UTC", datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    assert spoken == "Good evening Mei"


def test_one_lane_sends_the_first_that_may_go_and_sets_the_others_aside() -> None:
    asleep = a_candidate(policy=NIGHT, zone="America/New_York")
    gone = a_candidate(exists=False)
    free = a_candidate(not_before=NOW + timedelta(microseconds=1))
    later = a_candidate(not_before=NOW + timedelta(microseconds=2))

    plan = plan_lane([later, free, gone, asleep], NOTHING_SENT, NOW)

    assert plan.send == free
    assert [candidate for candidate, _ in plan.holds] == [asleep]
    assert [candidate for candidate, _ in plan.nevers] == [gone]
    assert plan.device_hold is None


def test_a_device_that_waits_for_the_first_in_turn_sends_nobody_else_first() -> None:
    slow = a_candidate(pace=Pace(60, 60), priority=1)
    fast = a_candidate()

    plan = plan_lane([fast, slow], LaneFacts(NOW - timedelta(seconds=30), 0.0, SendHistory()), NOW)

    assert plan.send is None
    assert plan.device_hold == Hold(NOW + timedelta(seconds=30), HoldReason.GAP)


def test_retries_wait_longer_and_longer_up_to_five_minutes() -> None:
    waits = [retry_after(attempt).total_seconds() for attempt in range(1, 12)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5, 300)
