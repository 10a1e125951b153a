"""Whether the network is asked about a number before a chat with it begins, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hebah.foundation.errors import Conflict

ANSWERS_LAST: Final = timedelta(days=30)
BUDGET_OVER: Final = timedelta(days=1)


class NotOnWhatsApp(Conflict):
    """The network says that nobody has this number."""

    code = "number_not_on_whatsapp"
    sentence = "This number is not on WhatsApp."


class CheckBudgetUsed(Conflict):
    """This device has looked up as many numbers as it may in a day; the next may follow at `renews_at`."""

    code = "number_check_budget_used"
    sentence = "This device has looked up {budget} numbers in 24 hours, which is all it may."
    budget: int
    renews_at: datetime | None


class CheckNotConnected(Conflict):
    """The device is not online, so nobody can be asked."""

    code = "number_check_not_connected"
    sentence = "The device is not online, so the number cannot be looked up."


class CheckNoAnswer(Conflict):
    """The network was asked and did not answer."""

    code = "number_check_no_answer"
    sentence = "WhatsApp did not say whether it has this number."


@dataclass(frozen=True, slots=True)
class Budget:
    """How many numbers a device may look up in a day, how many it has, and when the next may follow if none is left."""

    most: int
    used: int
    renews_at: datetime | None = None

    @property
    def left(self) -> int:
        """How many more just now."""
        return max(self.most - self.used, 0)


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides: `answer` is what the network said of the number lately, `unchecked` that somebody wants the chat in
    any case."""

    is_known: bool
    answer: bool | None
    can_check: bool
    is_online: bool
    budget: Budget
    unchecked: bool = False


def must_ask(facts: Facts) -> bool:
    """Whether to ask; raises NotOnWhatsApp, CheckNotConnected or CheckBudgetUsed."""
    if facts.is_known or facts.answer is True:
        return False
    if facts.answer is False:
        raise NotOnWhatsApp()
    if facts.unchecked or not facts.can_check or facts.budget.most == 0:
        return False
    if not facts.is_online:
        raise CheckNotConnected()
    if facts.budget.left == 0:
        raise CheckBudgetUsed(facts.budget.most, facts.budget.renews_at)
    return True


def budget_of(most: int, used: int, oldest: datetime | None) -> Budget:
    """The budget after so many look-ups within its span, the first of them at `oldest`."""
    renews_at = oldest + BUDGET_OVER if oldest is not None and used >= most else None
    return Budget(most, used, renews_at)
