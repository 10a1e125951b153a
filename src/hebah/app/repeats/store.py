"""Repeatable requests in PostgreSQL."""

from typing import Final
from uuid import UUID

from hebah.app.repeats.model import KEPT_FOR, Answer, InProgress, Request, Stored
from hebah.app.repeats.rules import GoAhead, decide
from hebah.foundation.clock import Clock
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database, Record, Transaction, load_queries

QUERIES = load_queries("hebah.app.repeats")

LEASE_S: Final = 60.0
"""A process that is not done with a request by then is thought dead; if it is not, its transactions are refused."""


class Attempt:
    """One try at a repeatable request; it is written into the first transaction that the request commits."""

    def __init__(self, db: Database, request: Request, attempt: UUID) -> None:
        self._db = db
        self._which = {**request._asdict(), "attempt": attempt}
        self._is_noted = False
        self._is_over = False

    async def before_commit(self, tx: Transaction) -> None:
        """Note that it is being done; raises `InProgress` when a newer attempt has taken over."""
        if not (self._is_noted or self._is_over) and not await QUERIES.note_done(tx, **self._which):
            raise InProgress(1)

    def after_commit(self) -> None:
        """From now on it is done."""
        self._is_noted = True

    async def keep(self, answer: Answer | None) -> None:
        """Keep the answer for those who ask again; None for one that may be told once only."""
        self._is_over = True
        facts = (answer.status, answer.media_type, answer.body) if answer else (None, None, None)
        names = ("status", "media_type", "body")
        async with self._db.connection() as connection:
            await QUERIES.keep_answer(connection, **self._which, **dict(zip(names, facts, strict=True)))

    async def let_go(self, *, refused: bool) -> None:
        """Nothing was answered that is worth keeping; `refused` when nothing was done by the house's own word."""
        self._is_over = True
        async with self._db.connection() as connection:
            if not await QUERIES.let_go_request(connection, **self._which, refused=refused):
                await QUERIES.end_lease(connection, **self._which)


async def begin(db: Database, clock: Clock, request: Request, fingerprint: bytes) -> Attempt | Answer:
    """Leave to do it, or what was answered before; raises `InProgress`, `KeyReused` or `AlreadyDone`."""
    attempt, now = make_id(), clock.now()
    facts = {**request._asdict(), "fingerprint": fingerprint, "attempt": attempt, "now": now, "lease_s": LEASE_S}
    async with db.transaction() as tx:
        if await QUERIES.claim_request(tx, **facts):
            return Attempt(db, request, attempt)
        row = await QUERIES.lock_request(tx, **request._asdict())
        if row is None:  # the other attempt came to nothing just now
            raise InProgress(1)
        verdict = decide(_stored(row), fingerprint, now)
        if verdict is not GoAhead.NOW:
            return verdict
        await QUERIES.take_over_request(tx, **facts)
    return Attempt(db, request, attempt)


async def forget_old(db: Database, clock: Clock) -> None:
    """Drop answers that nobody may ask for any more; hourly is plenty."""
    async with db.connection() as connection:
        await QUERIES.drop_old_requests(connection, before=clock.now() - KEPT_FOR)


def _stored(row: Record) -> Stored:
    answer = None if row["status"] is None else Answer(row["status"], row["media_type"], bytes(row["body"]))
    return Stored(row["fingerprint"], row["created_at"], row["is_held"], row["done"], answer)
