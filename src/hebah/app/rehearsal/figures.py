"""Counts what came of a rehearsal, and holds the database against what reached the network."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hebah.adapters.transports.simulated.ledger import LedgerLine
from hebah.app.rehearsal.plan import Figures
from hebah.app.rehearsal.store import Recipient
from hebah.outbox.model import OPEN, OutboxState

_SHOWN_SENT = frozenset({OutboxState.ACCEPTED, OutboxState.DELIVERED, OutboxState.READ, OutboxState.PLAYED})


@dataclass(frozen=True, slots=True)
class Course:
    """How it went: instants of business time, real seconds, and who was killed."""

    launched_at: datetime
    finish_estimate_s: float
    seconds_real: float
    kills: int
    in_flight_at_kills: int


def count(
    recipients: Sequence[Recipient], lines: Iterable[LedgerLine], refused: Mapping[str, int], course: Course
) -> Figures:
    """All figures. Excluded are rows the file left out and people the audience left out, by code."""
    excluded, invited = _split(recipients)
    sends = list(lines)
    sent_at = [one.dispatched_at for one in invited if one.dispatched_at is not None]
    return Figures(
        recipients=len(invited),
        excluded=dict(sorted((excluded + Counter(refused)).items())),
        states=dict(sorted(Counter(one.state.value for one in invited).items())),
        wire_sends=len(sends),
        # There is one campaign, so a person has at most one message.
        wire_duplicates=len(sends) - len({line.to for line in sends}),
        stale_sends=_stale(invited, sends),
        lost=_lost(invited, {line.wire_id for line in sends}),
        unknown=sum(one.state is OutboxState.UNKNOWN_FINAL for one in invited),
        unknown_seen=sum(one.was_unknown for one in invited),
        kills=course.kills,
        in_flight_at_kills=course.in_flight_at_kills,
        seconds_real=round(course.seconds_real, 1),
        seconds_simulated=round((max(sent_at, default=course.launched_at) - course.launched_at).total_seconds(), 1),
        finish_estimate_s=round(course.finish_estimate_s, 1),
    )


def _split(recipients: Iterable[Recipient]) -> tuple[Counter[str], list[Recipient]]:
    excluded: Counter[str] = Counter()
    invited = []
    for one in recipients:
        if one.state is OutboxState.EXCLUDED:
            excluded[one.code or "unknown"] += 1
        else:
            invited.append(one)
    return excluded, invited


def _lost(invited: Iterable[Recipient], on_the_wire: set[str]) -> int:
    """Who never came to an end, and who is shown as sent although the network has nothing of it."""
    return sum(one.state in OPEN or (one.state in _SHOWN_SENT and one.wire_id not in on_the_wire) for one in invited)


def _stale(invited: Iterable[Recipient], sends: Iterable[LedgerLine]) -> int:
    """Sends of a gateway that held the number under another epoch than the one their row was dispatched under."""
    epochs = {one.wire_id: one.epoch for one in invited}
    return sum(epochs.get(line.wire_id, line.epoch) != line.epoch for line in sends)
