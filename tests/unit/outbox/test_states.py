from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hebah.outbox.model import ALLOWED, GROUP_OF, OPEN, Groups, OutboxState
from hebah.outbox.rules import IllegalMove, advance

SENT = [OutboxState.ACCEPTED, OutboxState.DELIVERED, OutboxState.READ, OutboxState.PLAYED]
ENDS_UNSENT = [OutboxState.EXCLUDED, OutboxState.SUPPRESSED, OutboxState.CANCELLED, OutboxState.EXPIRED]


class Row(RuleBasedStateMachine):
    """A row that anything may happen to, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = OutboxState.QUEUED
        self.was_on_wire = False
        self.path = [self.state]

    @rule(to=st.sampled_from(OutboxState))
    def something_happens(self, to: OutboxState) -> None:
        before = self.state
        try:
            self.state = advance(uuid4(), before, to)
        except IllegalMove:
            assert to not in ALLOWED[before]
            return
        self.path.append(self.state)
        self.was_on_wire = self.was_on_wire or to is OutboxState.DISPATCHING

    @invariant()
    def what_was_sent_only_gets_further(self) -> None:
        sent = [SENT.index(state) for state in self.path if state in SENT]
        assert sent == sorted(set(sent))
        if sent:
            assert self.state in SENT

    @invariant()
    def nothing_is_sent_that_was_not_dispatched(self) -> None:
        if self.state in SENT or GROUP_OF[self.state] == "unknown":
            assert self.was_on_wire

    @invariant()
    def an_end_is_an_end(self) -> None:
        ends = [place for place, state in enumerate(self.path) if state in ENDS_UNSENT]
        assert ends in ([], [len(self.path) - 1])

    @invariant()
    def what_was_refused_goes_again_from_the_queue_only(self) -> None:
        after = [self.path[place + 1] for place, state in enumerate(self.path[:-1]) if state is OutboxState.FAILED]
        assert set(after) <= {OutboxState.QUEUED}

    @invariant()
    def what_may_have_gone_out_is_never_queued_again(self) -> None:
        doubts = [place for place, state in enumerate(self.path) if state is OutboxState.UNKNOWN]
        if doubts:
            assert OutboxState.QUEUED not in self.path[doubts[0] :]
            assert OutboxState.DISPATCHING not in self.path[doubts[0] :]


TestRow = Row.TestCase


def test_every_state_has_its_moves_and_its_group() -> None:
    assert set(ALLOWED) == set(OutboxState)
    assert set(GROUP_OF) == set(OutboxState)


def test_open_states_are_those_whose_outcome_is_to_come() -> None:
    assert {OutboxState.QUEUED, OutboxState.DISPATCHING, OutboxState.UNKNOWN} == OPEN
    assert all(ALLOWED[state] for state in OPEN)


def test_an_illegal_move_says_which() -> None:
    with pytest.raises(IllegalMove, match="cannot go from failed to accepted"):
        advance(uuid4(), OutboxState.FAILED, OutboxState.ACCEPTED)


def test_groups_add_up_to_the_recipients() -> None:
    groups = Groups.of([(state, number) for number, state in enumerate(OutboxState, start=1)])
    assert groups.recipients == sum(range(1, len(OutboxState) + 1))
