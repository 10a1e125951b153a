"""How long something is shown being written, and when the network is asked about a number."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.inbox.model.fetched import SignState
from hebah.inbox.rules import history, numbers
from hebah.inbox.rules import signs as rules
from hebah.inbox.rules.history import Asked, OlderState, PackedSince
from hebah.inbox.rules.numbers import Budget, Facts
from hebah.inbox.rules.signs import Sign
from hebah.messaging.said import ByHand, FileFacts, MessageKind

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


def seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 2)


@given(st.text(max_size=3000))
def test_nobody_is_kept_waiting_longer_than_six_seconds(body: str) -> None:
    _, wanted = rules.sign_for(ByHand(MessageKind.TEXT, body))
    assert timedelta(0) <= wanted <= timedelta(seconds=6)


def test_longer_words_are_written_longer_and_a_picture_alone_not_at_all() -> None:
    assert seconds(rules.sign_for(ByHand(MessageKind.TEXT, "x" * 15))[1]) == 2
    assert seconds(rules.sign_for(ByHand(MessageKind.TEXT, "x" * 45))[1]) == 4
    assert seconds(rules.sign_for(ByHand(MessageKind.IMAGE))[1]) == 0
    voice = ByHand(MessageKind.VOICE, file=FileFacts(seconds=4))
    assert rules.sign_for(voice) == (SignState.RECORDING, timedelta(seconds=4))


def test_what_was_shown_while_it_was_written_counts() -> None:
    wanted = timedelta(seconds=5)
    began = NOW - timedelta(seconds=3)
    assert rules.still_to_show(wanted, Sign(SignState.TYPING, began, NOW), NOW) == timedelta(seconds=2)
    assert rules.still_to_show(wanted, Sign(SignState.PAUSED, began, NOW - timedelta(seconds=11)), NOW) == wanted
    assert rules.still_to_show(timedelta(seconds=3.2), Sign(SignState.TYPING, began, NOW), NOW) == timedelta(0)
    assert rules.still_to_show(wanted, None, NOW) == wanted


def test_a_pause_is_always_news_and_typing_once_a_second() -> None:
    typing = Sign(SignState.TYPING, NOW, NOW)
    assert not rules.is_news(typing, SignState.TYPING, NOW + timedelta(milliseconds=400))
    assert rules.is_news(typing, SignState.PAUSED, NOW + timedelta(milliseconds=400))
    assert not rules.is_news(Sign(SignState.PAUSED, NOW, NOW), SignState.TYPING, NOW + timedelta(milliseconds=400))
    assert rules.is_news(typing, SignState.TYPING, NOW + timedelta(seconds=1))


def test_only_unknown_numbers_are_looked_up_and_only_while_there_is_a_link_and_a_budget() -> None:
    free, used = Budget(2, 1), Budget(2, 2, NOW)
    asks = Facts(is_known=False, answer=None, can_check=True, is_online=True, budget=free)
    assert numbers.must_ask(asks)
    for knows in (
        Facts(is_known=True, answer=None, can_check=True, is_online=False, budget=used),
        Facts(is_known=False, answer=True, can_check=True, is_online=False, budget=used),
        Facts(is_known=False, answer=None, can_check=False, is_online=False, budget=used),
        Facts(is_known=False, answer=None, can_check=True, is_online=False, budget=used, unchecked=True),
        Facts(is_known=False, answer=None, can_check=True, is_online=True, budget=Budget(0, 0)),
    ):
        assert not numbers.must_ask(knows)
    with pytest.raises(numbers.CheckNotConnected):
        numbers.must_ask(Facts(is_known=False, answer=None, can_check=True, is_online=False, budget=free))
    with pytest.raises(numbers.CheckBudgetUsed):
        numbers.must_ask(Facts(is_known=False, answer=None, can_check=True, is_online=True, budget=used))
    with pytest.raises(numbers.NotOnWhatsApp):
        numbers.must_ask(
            Facts(is_known=False, answer=False, can_check=True, is_online=True, budget=free, unchecked=True)
        )


@pytest.mark.parametrize(
    ("outcome", "packed", "after", "state"),
    [
        (None, None, 1, OlderState.ASKING),
        ("no_answer", None, 1, OlderState.FAILED),
        ("done", None, 1, OlderState.WAITING),
        ("done", None, 121, OlderState.NO_ANSWER),
        ("done", PackedSince("waiting", None, 3), 5, OlderState.ARRIVING),
        ("done", PackedSince("done", None, 3), 5, OlderState.ARRIVED),
        ("done", PackedSince("done", None, 0), 5, OlderState.NOTHING),
        ("done", PackedSince("failed", "expired", 0), 5, OlderState.FAILED),
        ("done", PackedSince("done", None, 3), 3600, OlderState.NOT_ASKED),
    ],
)
def test_how_far_older_messages_have_come_follows_from_what_is_known(
    outcome: str | None, packed: PackedSince | None, after: int, state: OlderState
) -> None:
    assert history.older(Asked(NOW, outcome), packed, NOW + timedelta(seconds=after)).state is state
