"""The whole history of a rehearsal, written down beside it by the database itself, and held against the ledger.

What a table says at the end hides what it said before. Here nothing is hidden: every epoch of a device, every move of
a recipient, in the order they happened, and every message that reached the network.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.adapters.transports.simulated.ledger import LedgerLine
from hebah.app.figures import count_broken
from hebah.app.rehearsal.stage import Interference, Stage
from hebah.campaigns.model import Campaign
from hebah.foundation.postgres import Database
from hebah.outbox.model import ALLOWED, OPEN, OutboxState

# The moments are those of the rehearsal: a claim tells them in the state of the device it changes.
_WATCH = """
CREATE TABLE history_epoch (no bigserial, device_id uuid, epoch bigint, owner uuid, at timestamptz);
CREATE TABLE history_move (no bigserial, id uuid, was text, state text, epoch bigint, wire_id text);
CREATE FUNCTION note_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO history_epoch (device_id, epoch, owner, at) VALUES (NEW.id, NEW.epoch, NEW.owner, NEW.state_since);
    RETURN NULL;
END $$;
CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO history_move (id, was, state, epoch, wire_id)
    VALUES (NEW.id, OLD.state, NEW.state, NEW.epoch, NEW.wire_id);
    RETURN NULL;
END $$;
CREATE TRIGGER note_epoch AFTER UPDATE ON device FOR EACH ROW WHEN (OLD.epoch IS DISTINCT FROM NEW.epoch)
    EXECUTE FUNCTION note_epoch();
CREATE TRIGGER note_move AFTER UPDATE ON outbox FOR EACH ROW
    WHEN ((OLD.state, OLD.epoch) IS DISTINCT FROM (NEW.state, NEW.epoch)) EXECUTE FUNCTION note_move();
"""


@dataclass(frozen=True, slots=True)
class Take:
    """A gateway took a device: from then on its epoch is this."""

    device_id: UUID
    epoch: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """A recipient went from one state to another."""

    row_id: UUID
    was: OutboxState
    state: OutboxState
    epoch: int | None
    wire_id: str | None


@dataclass(frozen=True, slots=True)
class History:
    """All of it, in order; `ends` are the states in which the recipients are found."""

    takes: Sequence[Take]
    moves: Sequence[Move]
    sends: Sequence[LedgerLine]
    ends: dict[UUID, OutboxState]

    def violations(self) -> list[str]:
        """Everything in it that must never happen, in words."""
        return [*self._of_epochs(), *self._of_moves(), *self._of_sends(), *self._of_ends()]

    def _of_epochs(self) -> Iterator[str]:
        newest: dict[UUID, int] = {}
        for take in self.takes:
            if take.epoch <= newest.get(take.device_id, -1):
                yield f"device {take.device_id} was taken under epoch {take.epoch} again"
            newest[take.device_id] = take.epoch

    def _of_moves(self) -> Iterator[str]:
        found: dict[UUID, OutboxState] = {}
        for move in self.moves:
            if move.was is not found.get(move.row_id, OutboxState.QUEUED):
                yield f"row {move.row_id} was {move.was} without having become that"
            if move.state is not move.was and move.state not in ALLOWED[move.was]:
                yield f"row {move.row_id} went from {move.was} to {move.state}"
            found[move.row_id] = move.state

    def _of_sends(self) -> Iterator[str]:
        dispatches = {
            move.wire_id: (index, move)
            for index, move in enumerate(self.moves)
            if move.state is OutboxState.DISPATCHING and move.was is OutboxState.QUEUED
        }
        requeued = defaultdict(list)
        for index, move in enumerate(self.moves):
            if move.state is OutboxState.QUEUED:
                requeued[move.row_id].append(index)
        seen: set[str] = set()
        for line in self.sends:
            if line.wire_id in seen:
                yield f"message {line.wire_id} reached the network twice"
            seen.add(line.wire_id)
            if line.wire_id not in dispatches:
                yield f"message {line.wire_id} was sent without a dispatch in the database"
                continue
            index, dispatch = dispatches[line.wire_id]
            if dispatch.epoch != line.epoch:
                yield f"message {line.wire_id} was sent under epoch {line.epoch}, not {dispatch.epoch}"
            if any(later > index for later in requeued[dispatch.row_id]):
                yield f"message {line.wire_id} was queued again although it had been sent"
        yield from self._of_stale_sends()

    def _of_stale_sends(self) -> Iterator[str]:
        takes = defaultdict(list)
        for take in self.takes:
            takes[take.device_id].append(take)
        newest: dict[UUID, int] = {}
        for line in self.sends:
            newer = [take for take in takes[line.device] if take.epoch > line.epoch and take.at < line.at]
            if newer or line.epoch < newest.get(line.device, -1):
                yield f"message {line.wire_id} was sent under epoch {line.epoch}, after the device had been taken anew"
            newest[line.device] = max(line.epoch, newest.get(line.device, -1))

    def _of_ends(self) -> Iterator[str]:
        last = {move.row_id: move.state for move in self.moves}
        for row_id, state in self.ends.items():
            if state in OPEN:
                yield f"row {row_id} was left {state}"
            if row_id in last and last[row_id] is not state:
                yield f"row {row_id} is {state}, but last became {last[row_id]}"


class Witness(Interference):
    """Has the history of a rehearsal written down, and reads it at the end. Tests add what is to happen meanwhile."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.broken: dict[str, int] = {}
        self.outdated_sends = 0

    async def prepare(self, stage: Stage) -> None:
        async with stage.db.transaction() as tx:
            await tx.execute(_WATCH)

    async def inspect(self, stage: Stage, campaign: Campaign) -> None:
        history = await read_history(stage.db, stage.network.ledger.lines())
        assert history.takes
        assert history.moves
        self.violations = history.violations()
        self.outdated_sends = stage.network.statistics().outdated_sends
        async with stage.db.connection() as connection:
            broken = await count_broken(connection, campaign.workspace_id)
        # The gateways have been ended, and nobody comes to say that the numbers are offline.
        self.broken = {code: times for code, times in broken.items() if times and code != "online_of_nobody"}


async def read_history(db: Database, sends: Sequence[LedgerLine]) -> History:
    """What has been written down so far."""
    async with db.connection() as connection:
        takes = await connection.fetch("SELECT device_id, epoch, at FROM history_epoch ORDER BY no")
        moves = await connection.fetch("SELECT id, was, state, epoch, wire_id FROM history_move ORDER BY no")
        ends = await connection.fetch("SELECT id, state FROM outbox WHERE state <> 'excluded'")
    return History(
        takes=[Take(*row) for row in takes],
        moves=[Move(row[0], OutboxState(row[1]), OutboxState(row[2]), row[3], row[4]) for row in moves],
        sends=sends,
        ends={row["id"]: OutboxState(row["state"]) for row in ends},
    )
