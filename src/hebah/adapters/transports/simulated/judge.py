"""Judges from the ledger whether anybody got a message twice and whether one was lost."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hebah.adapters.transports.simulated.ledger import LedgerLine


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the ledger shows. Repeats carry how often they were seen (2 or more)."""

    lines: int
    repeated_wire_ids: dict[str, int]
    repeated_recipients: dict[str, int]
    missing: frozenset[str]
    unexpected: frozenset[str]

    @property
    def is_clean(self) -> bool:
        """No wire id twice, none missing and none too many; a person may get several messages."""
        return not (self.repeated_wire_ids or self.missing or self.unexpected)


def judge(lines: Iterable[LedgerLine], expected_wire_ids: Iterable[str] | None = None) -> Verdict:
    """Count repeats by wire id and by recipient (whatever device sent); compare with what should be there, if told."""
    wire_ids: Counter[str] = Counter()
    recipients: Counter[str] = Counter()
    for line in lines:
        wire_ids[line.wire_id] += 1
        recipients[line.to] += 1
    expected = frozenset(wire_ids if expected_wire_ids is None else expected_wire_ids)
    return Verdict(
        lines=wire_ids.total(),
        repeated_wire_ids={wire_id: times for wire_id, times in wire_ids.items() if times > 1},
        repeated_recipients={to: times for to, times in recipients.items() if times > 1},
        missing=expected - wire_ids.keys(),
        unexpected=frozenset(wire_ids.keys() - expected),
    )
