"""Writes what became of sends: outbox row, chat and events in one transaction, many sends at a time."""

import asyncio
from collections.abc import Sequence
from typing import assert_never
from uuid import UUID

import structlog

from hebah.foundation import metrics
from hebah.foundation.clock import Clock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.postgres import Database
from hebah.gateway.batches import WINDOW_S, Batches, is_about_content
from hebah.gateway.outgoing import Accepted, NotWritten, Refused, SendOutcome, Unknown
from hebah.gateway.saying import said_of
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.messages import MessageStatus, SentMessage
from hebah.outbox import actions as outbox
from hebah.outbox.model import Dispatch, OutboxState, Settled, Settlement

_log = structlog.get_logger(__name__)

_LONGEST_PAUSE_S = 5.0

STATUS_OF = {
    OutboxState.ACCEPTED: MessageStatus.ACCEPTED,
    OutboxState.DELIVERED: MessageStatus.DELIVERED,
    OutboxState.READ: MessageStatus.READ,
    OutboxState.PLAYED: MessageStatus.PLAYED,
    OutboxState.UNKNOWN: MessageStatus.UNKNOWN,
    OutboxState.UNKNOWN_FINAL: MessageStatus.UNKNOWN,
}


def settlement_of(dispatch: Dispatch, outcome: SendOutcome) -> Settlement:
    """What an outcome makes of a row."""
    match outcome:
        case Accepted(at):
            return Settlement(dispatch, OutboxState.ACCEPTED, accepted_at=at)
        case Refused(code):
            return Settlement(dispatch, OutboxState.FAILED, code)
        case NotWritten():
            return Settlement(dispatch, OutboxState.QUEUED)
        case Unknown(cause):
            return Settlement(dispatch, OutboxState.UNKNOWN, cause)
        case _:
            assert_never(outcome)


class Settling:
    """Settlements on their way into the database. `unsettled` names rows whose fate is not yet written."""

    def __init__(self, db: Database, clock: Clock, crashpoint: CrashPoints, window_s: float = WINDOW_S) -> None:
        self._db = db
        self._clock = clock
        self._crashpoint = crashpoint
        self._batches: Batches[Settlement] = Batches(clock, self._write, window_s=window_s)
        self._has_written = asyncio.Event()
        self.unsettled: set[UUID] = set()

    async def put(self, settlement: Settlement) -> None:
        """Write it soon; waits while too many wait."""
        await self._batches.put(settlement)

    async def run(self) -> None:
        """Write until closed and empty."""
        await self._batches.run()

    async def written(self, outbox_id: UUID) -> None:
        """Return once the fate of the row is in the database."""
        while outbox_id in self.unsettled:
            self._has_written.clear()
            await self._has_written.wait()

    def close(self) -> None:
        """Make `run` return once all is written."""
        self._batches.close()

    async def _write(self, settlements: list[Settlement]) -> None:
        pause = 0.05
        while True:
            try:
                with metrics.SETTLE_SECONDS.time():
                    await self._commit(settlements)
            except Exception as error:  # noqa: BLE001 - the boundary of a consumer: nothing is lost by failing
                if is_about_content(error):
                    await self._write_apart(settlements, error)
                    return
                # The rows wait as `dispatching`. Should the device be lost meanwhile, they are unknown to its next
                # owner, and this settles nothing any more.
                _log.warning("settle_postponed", rows=len(settlements), cause=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
            else:
                self.unsettled.difference_update(one.dispatch.outbox_id for one in settlements)
                self._has_written.set()
                return

    async def _write_apart(self, settlements: list[Settlement], error: Exception) -> None:
        if len(settlements) == 1:
            # It stays among the unsettled, so that it is never given back and sent again.
            outbox_id = settlements[0].dispatch.outbox_id
            _log.error("settle_failed", outbox_id=str(outbox_id), fault=type(error).__name__, exc_info=error)
            return
        middle = len(settlements) // 2
        await self._write(settlements[:middle])
        await self._write(settlements[middle:])

    async def _commit(self, settlements: Sequence[Settlement]) -> None:
        async with self._db.transaction() as tx:
            settled = await outbox.settle(tx, settlements, self._clock.now())
            await inbox.record_sent(tx, _messages(settlements, settled))
            self._crashpoint("before_settle_commit")
        self._crashpoint("after_settle_commit")


def _messages(settlements: Sequence[Settlement], settled: Sequence[Settled]) -> list[SentMessage]:
    """What belongs into chats: everything that went out or may have."""
    by_id = {one.dispatch.outbox_id: one for one in settlements}
    messages = []
    for row in settled:
        settlement = by_id[row.outbox_id]
        status = STATUS_OF.get(row.state)
        if status is None and row.state is OutboxState.FAILED and settlement.dispatch.said is not None:
            status = MessageStatus.FAILED  # it stands in its chat since somebody said it
        if status is not None:
            messages.append(_message(settlement, status))
    return messages


def _message(settlement: Settlement, status: MessageStatus) -> SentMessage:
    dispatch = settlement.dispatch
    return SentMessage(
        workspace_id=dispatch.device.workspace_id,
        device_id=dispatch.device.device_id,
        address=dispatch.to,
        wire_id=dispatch.wire_id,
        said=said_of(dispatch),
        at=settlement.accepted_at or dispatch.dispatched_at,
        status=status,
        contact_id=dispatch.contact_id,
        outbox_id=dispatch.outbox_id,
        media_id=dispatch.media_id,
    )
