"""Rehearsals with a witness, and what must be true of each."""

from datetime import timedelta

from hebah.adapters.transports.simulated.people import Behaviour
from hebah.app import rehearse
from hebah.app.rehearsal.plan import Figures, Plan, Standing
from hebah.app.settings import Settings
from tests.crash.history import Witness

# People who answer too, so that receiving is interrupted as well as sending.
TALKATIVE = Behaviour(read=0.8, reply=0.4)


def unwatched(_standing: Standing) -> None:
    """Nobody watches."""


async def rehearsed(plan: Plan, witness: Witness, lease_ttl: timedelta = timedelta(seconds=15)) -> Figures:
    figures = await rehearse.run(plan, Settings(lease_ttl=lease_ttl), unwatched, witness)
    print(f"seed {plan.seed}: {figures}")  # noqa: T201 - shown when it fails
    return figures


def assert_nobody_twice_and_nobody_lost(figures: Figures, witness: Witness, recipients: int) -> None:
    assert witness.violations == []
    assert witness.broken == {}
    assert figures.recipients == recipients
    assert sum(figures.states.values()) == recipients
    assert (figures.wire_duplicates, figures.stale_sends, figures.lost) == (0, 0, 0)
    assert figures.wire_sends + figures.unknown >= recipients - figures.states.get("cancelled", 0)
