"""What screens ask about stops."""

from hebah.access.model import Actor, Permission
from hebah.access.rules import may
from hebah.foundation.postgres import Connection
from hebah.stops import store
from hebah.stops.model import Scope, Stop


async def stops_for(connection: Connection, actor: Actor) -> list[Stop]:
    """Every stop that concerns the actor's workspace, the widest first, but none of things they may not see."""
    return [stop for stop in await store.stops_of(connection, actor.workspace_id) if _may_see(actor, stop)]


def _may_see(actor: Actor, stop: Stop) -> bool:
    match stop.target.scope:
        case Scope.DEVICE:
            return actor.device_ids is None or stop.target.subject in actor.device_ids
        case Scope.CAMPAIGN:
            return may(actor, Permission.CAMPAIGN_READ)
        case _:
            return True
