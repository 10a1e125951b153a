"""When a campaign will be over, and what a draft may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.campaigns.model import (
    ALLOWED,
    AudienceRule,
    CampaignDraft,
    CampaignState,
    Lately,
    Limits,
    Load,
    Numbers,
    StateReason,
)
from hebah.campaigns.rules import (
    LEAST_OPT_OUTS,
    LEAST_SETTLED,
    MoveRefused,
    Tempo,
    faults,
    finish_estimate,
    move,
    trouble_in,
    trouble_with,
)

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def always_open(at: datetime) -> datetime:
    return at


def open_from_one_to_thirteen_utc(at: datetime) -> datetime:
    if at.hour < 1:
        return at.replace(hour=1, minute=0, second=0, microsecond=0)
    if at.hour >= 13:
        return at.replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return at


def tempo(low: float = 1, high: float = 3, hourly: int | None = None, daily: int | None = None) -> Tempo:
    return Tempo(low, high, hourly, daily, always_open)


def loads(*recipients: int) -> list[Load]:
    return [Load(UUID(int=number), count) for number, count in enumerate(recipients)]


def draft(**changed: object) -> CampaignDraft:
    facts: dict[str, object] = {
        "name": "Raya",
        "body": "Hi",
        "media_id": None,
        "audience": AudienceRule(),
        "starts_at": None,
        "gap_min_s": None,
        "gap_max_s": None,
    }
    return CampaignDraft(**(facts | changed))  # type: ignore[arg-type]


def test_nothing_to_send_has_no_finish() -> None:
    assert finish_estimate(loads(0, 0), tempo(), START).finish_at is None


def test_one_message_goes_at_once() -> None:
    assert finish_estimate(loads(1), tempo(), START).finish_at == START


def test_every_device_finishes_after_its_own_load() -> None:
    estimate = finish_estimate(loads(11, 101), tempo(2, 2), START)
    assert estimate.per_device[UUID(int=0)] == START + timedelta(seconds=20)
    assert estimate.finish_at == START + timedelta(seconds=200)


def test_the_hourly_cap_stretches_the_estimate() -> None:
    assert finish_estimate(loads(61), tempo(1, 1, hourly=60), START).finish_at == START + timedelta(hours=1)


def test_quiet_hours_move_the_rest_to_the_next_morning() -> None:
    slow = Tempo(3600, 3600, None, None, open_from_one_to_thirteen_utc)
    finish = finish_estimate(loads(12), slow, START).finish_at
    assert finish == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(("devices", "recipients"), [(20, 100), (300, 50), (1000, 200)])
def test_the_forecast_meets_drawn_schedules_within_five_percent(devices: int, recipients: int) -> None:
    random = Random(11)
    slowest = max(sum(random.uniform(8, 20) for _ in range(recipients - 1)) for _ in range(devices))
    finish = finish_estimate(loads(*[recipients] * devices), tempo(8, 20), START).finish_at
    assert finish is not None
    assert (finish - START).total_seconds() == pytest.approx(slowest, rel=0.05)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=12), st.integers(1, 30), st.integers(1, 90))
def test_more_recipients_never_finish_sooner(counts: list[int], hourly: int, daily: int) -> None:
    pace = tempo(2, 9, hourly, max(hourly, daily))
    less = finish_estimate(loads(*counts), pace, START).finish_at
    more = finish_estimate(loads(*[count + 1 for count in counts]), pace, START).finish_at
    assert more is not None
    assert less is None or less <= more


@given(st.sampled_from(CampaignState), st.sampled_from(CampaignState))
def test_states_move_by_the_table_only(state: CampaignState, wanted: CampaignState) -> None:
    if wanted in ALLOWED[state]:
        assert move(UUID(int=1), state, wanted) == wanted
    else:
        with pytest.raises(MoveRefused):
            move(UUID(int=1), state, wanted)


def test_a_draft_may_be_saved_while_it_is_still_empty_but_for_its_name() -> None:
    assert faults(draft(body="")) == {}
    assert faults(draft(name="  ")) == {"name": "required"}


def test_gaps_come_in_pairs_and_in_order() -> None:
    assert faults(draft(gap_min_s=5.0)) == {"gapMaxS": "required"}
    assert faults(draft(gap_min_s=9.0, gap_max_s=5.0)) == {"gapMaxS": "out_of_range"}
    assert faults(draft(gap_min_s=5.0, gap_max_s=9.0)) == {}


counts = st.integers(0, 100)
limits = st.builds(Limits, st.none() | st.integers(1, 100), st.none() | st.integers(1, 100))


@given(counts, counts, counts, counts, limits)
def test_a_campaign_pauses_exactly_when_a_limit_is_reached_by_enough_messages(
    fine: int, failed: int, unknown: int, opted_out: int, limit: Limits
) -> None:
    settled = fine + failed + unknown
    lately = Lately(settled, failed, unknown, min(opted_out, fine))
    trouble = trouble_in(lately, limit)
    enough = settled >= LEAST_SETTLED
    errs = (
        limit.errors_percent is not None and (failed + unknown) / max(settled, 1) * 100 >= limit.errors_percent - 1e-9
    )
    leaves = (
        limit.opt_outs_percent is not None
        and lately.opted_out >= LEAST_OPT_OUTS
        and lately.opted_out / max(settled, 1) * 100 >= limit.opt_outs_percent - 1e-9
    )
    expected = StateReason.ERROR_RATE if errs else StateReason.OPT_OUT_RATE if leaves else None
    assert (trouble.reason if trouble else None) == (expected if enough else None)


@given(counts, counts, counts, limits)
def test_more_failures_never_let_a_campaign_go_on(failed: int, fine: int, more: int, limit: Limits) -> None:
    before = trouble_in(Lately(failed + fine, failed, 0, 0), limit)
    after = trouble_in(Lately(failed + fine + more, failed + more, 0, 0), limit)
    assert before is None or after is not None


@given(st.integers(0, 50), st.integers(0, 50))
def test_half_of_the_numbers_restricted_pauses_and_a_single_one_waits(restricted: int, free: int) -> None:
    devices = restricted + free
    trouble = trouble_with(Numbers(devices, restricted))
    assert (trouble is not None) == (devices >= 2 and restricted >= free)
