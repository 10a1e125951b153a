from uuid import UUID

import pytest

from hebah.foundation.errors import Conflict, HebahError, Kind, NotFound, Problem

CAMPAIGN = UUID("01a20640-056e-732c-b3cd-351d68c276e2")


class AlreadyRunning(Conflict):
    code = "campaign_already_running"
    sentence = "Campaign {campaign_id} has been running since {hours} hours."
    campaign_id: UUID
    hours: int = 2


def test_an_error_carries_a_code_its_data_and_a_sentence() -> None:
    error = AlreadyRunning(CAMPAIGN)
    assert str(error) == f"Campaign {CAMPAIGN} has been running since 2 hours."
    assert error.to_problem() == Problem(
        code="campaign_already_running",
        kind=Kind.CONFLICT,
        detail=str(error),
        data={"campaign_id": CAMPAIGN, "hours": 2},
    )


def test_an_error_is_caught_as_its_kind_and_as_the_base() -> None:
    for kind in (AlreadyRunning, Conflict, HebahError):
        with pytest.raises(kind):
            raise AlreadyRunning(CAMPAIGN, hours=3)


def test_an_error_without_data_needs_none() -> None:
    assert NotFound().to_problem() == Problem("not_found", Kind.NOT_FOUND, "There is no such thing here.", {})


def test_two_errors_are_never_equal_and_can_carry_a_traceback() -> None:
    first, second = AlreadyRunning(CAMPAIGN), AlreadyRunning(CAMPAIGN)
    assert first != second
    assert first.with_traceback(None) is first
    assert repr(first) == "AlreadyRunning(campaign_already_running)"
