"""What is told beside events: once, to those who follow a topic in full just then, and never late."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Connection, Database, Topic
from hebah.live.actions.followers import Follower, encode
from hebah.live.ports import Aside, Asides


class Mentions:
    """Remembers what was told, so that nothing is told twice."""

    def __init__(self, db: Database, clock: Clock, asides: Asides[Connection]) -> None:
        self._db = db
        self._clock = clock
        self._asides = asides
        self._told: dict[UUID, Mapping[str, str]] = {}

    def concerns(self, topic: Topic) -> bool:
        """Whether a wake-up announces something to tell."""
        return topic.id == self._asides.topic_of(topic.workspace_id)

    async def tell(
        self, workspace_id: UUID, topics: Sequence[UUID], followers: Callable[[UUID], Iterable[Follower]]
    ) -> None:
        """Look at these topics and tell their followers what is new."""
        async with self._db.connection() as connection:
            found = await self._asides.look(connection, workspace_id, topics, self._clock.now())
        before = self._told.get(workspace_id, {})
        # What is over is not looked for again, so it need not be remembered.
        self._told[workspace_id] = {_key(aside): aside.version for aside in found}
        for aside in found:
            if before.get(_key(aside)) != aside.version:
                message = encode({"topic": aside.topic, **aside.told})
                for follower in followers(aside.topic):
                    follower.mention(message)


def _key(aside: Aside) -> str:
    return f"{aside.topic}:{aside.key}"
