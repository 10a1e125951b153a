"""Figures of a simulated network as a whole."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Statistics:
    """A snapshot. `in_flight` counts sends the network will still answer; `dropped` events lost from full mailboxes;
    `outdated_sends` those refused because a link of a higher epoch had taken over.
    """

    phones: int
    linked_slots: int
    open_links: int
    accepted: int
    in_flight: int
    delivered_events: int
    queued_events: int
    unacknowledged_events: int
    dropped_events: int
    next_due: datetime | None
    outdated_sends: int
