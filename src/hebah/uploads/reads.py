"""What the screens of imports ask."""

from hebah.access.model import Actor
from hebah.foundation.postgres import Connection
from hebah.uploads import store
from hebah.uploads.model import Upload


async def own(db: Connection, actor: Actor) -> list[Upload]:
    """What the actor has begun to send and not finished, latest first."""
    return await store.own(db, actor.workspace_id, actor.user_id)
