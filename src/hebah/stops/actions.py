"""Stop sending, and let it go on. The claim of the outbox reads the stops themselves; nothing is told to a gateway.

What a stop covers waits where it is: no row changes, so nothing is lost and the order is kept.
"""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from hebah.access import reads as access_reads
from hebah.access.actions import trail as access
from hebah.access.model import Account, Actor
from hebah.foundation import eventlog
from hebah.foundation.clock import Clock
from hebah.foundation.errors import NotFound
from hebah.foundation.eventlog import Event
from hebah.foundation.postgres import Database, Transaction
from hebah.stops import rules, store
from hebah.stops.model import WITH_SUBJECT, NewStop, Scope, Target

STOPS_CHANGED = "stops_changed"


async def stop(db: Database, clock: Clock, actor: Actor, target: Target, reason: str) -> UUID:
    """From the commit on nothing of this is claimed; what is on the wire settles. Returns the stop's id."""
    reason, now = rules.check(target, reason), clock.now()
    async with db.transaction() as tx:
        rules.check_owner(target.scope, owns_installation=await access_reads.owns_installation(tx, actor))
        if target.scope in WITH_SUBJECT and not await store.has_subject(tx, actor.workspace_id, target):
            raise NotFound
        workspace_id = None if target.scope is Scope.EVERYTHING else actor.workspace_id
        by = Account(actor.workspace_id, actor.user_id)
        stop_id, is_new = await store.add(tx, NewStop(workspace_id, target, reason, by), now)
        if is_new:
            details = {"scope": target.scope.value, "stop": str(stop_id)}
            await access.record_audit(tx, actor, "sending_stopped", subject=target.subject, details=details, at=now)
            await _announce(tx, workspace_id, stop_id)
    return stop_id


async def resume(db: Database, clock: Clock, actor: Actor, stop_id: UUID) -> None:
    """Let what this stop alone holds go on; NotFound when it is over already."""
    now = clock.now()
    async with db.transaction() as tx:
        found = await store.lock(tx, actor.workspace_id, stop_id)
        if found is None:
            raise NotFound
        rules.check_owner(found.target.scope, owns_installation=await access_reads.owns_installation(tx, actor))
        await store.lift(tx, stop_id)
        details = {
            "scope": found.target.scope.value,
            "stop": str(stop_id),
            "stopped_for_s": round((now - found.since).total_seconds()),
        }
        await access.record_audit(tx, actor, "sending_resumed", subject=found.target.subject, details=details, at=now)
        await _announce(tx, found.workspace_id, stop_id)


async def close_restore(db: Database, clock: Clock, actor: Actor) -> None:
    """Note that somebody has looked at everything the last restore holds; what they left stays as it is.

    Closed twice it is closed once: the first one's name stands. NotFound when no backup was ever restored.
    """
    now = clock.now()
    async with db.transaction() as tx:
        await store.lock_restore(tx, actor.workspace_id)
        restore = await store.find_restore(tx, actor.workspace_id)
        if restore is None:
            raise NotFound
        if restore.closed_at is not None:
            return
        details = {"restore": str(restore.id), **asdict(await store.count_held(tx, actor.workspace_id))}
        await access.record_audit(tx, actor, "restore_closed", subject=actor.workspace_id, details=details, at=now)
        await access.announce(tx, actor.workspace_id, STOPS_CHANGED)


async def stop_everything(db: Database, now: datetime, reason: str) -> bool:
    """For whoever sits at the machine Hebah runs on; False when everything is stopped already."""
    target = Target(Scope.EVERYTHING)
    reason = rules.check(target, reason)
    async with db.transaction() as tx:
        stop_id, is_new = await store.add(tx, NewStop(None, target, reason, None), now)
        if is_new:
            await _note_at_machine(tx, "sending_stopped", stop_id, now)
            await _announce(tx, None, stop_id)
    return is_new


async def resume_everything(db: Database, now: datetime) -> bool:
    """Lift the stop of everything, whoever made it; other stops stay. False when there was none."""
    async with db.transaction() as tx:
        stop_id = await store.lift_everything(tx)
        if stop_id is not None:
            await _note_at_machine(tx, "sending_resumed", stop_id, now)
            await _announce(tx, None, stop_id)
    return stop_id is not None


async def _note_at_machine(tx: Transaction, action: str, stop_id: UUID, now: datetime) -> None:
    """Nobody is signed in at the machine, so each workspace's audit log says that it happened there."""
    details = {"scope": Scope.EVERYTHING.value, "stop": str(stop_id), "at": "machine"}
    for workspace_id in await store.workspaces(tx):
        await access.record_by_itself(tx, workspace_id, action, details, now)


async def _announce(tx: Transaction, workspace_id: UUID | None, stop_id: UUID) -> None:
    """The workspace's topic also wakes its gateways, so that what may go on does so at once."""
    concerned = [workspace_id] if workspace_id is not None else await store.workspaces(tx)
    await eventlog.record(tx, [Event(each, each, STOPS_CHANGED, (stop_id,)) for each in concerned])
