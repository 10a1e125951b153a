"""What live updates need from features above or beside them: the things that events are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

C = TypeVar("C", contravariant=True)
"""A connection; which kind is for those to say who may touch a database."""


class Shows(Protocol[C]):
    """Brings the things that events are about, so that no browser has to ask for them."""

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of events it knows."""

    async def show(
        self, connection: C, workspace_id: UUID, asked: Sequence[Mapping[str, Sequence[UUID]]]
    ) -> Sequence[Mapping[str, object]]:
        """For each that is asked, what its ids of each kind name, ready to be encoded beside an event."""


@dataclass(frozen=True, slots=True)
class Aside:
    """News of a topic that is no event: it may be lost, and is told once to whoever listens just then.

    A later `version` of the same `key` takes its place; `told` is the message.
    """

    topic: UUID
    key: str
    version: str
    told: Mapping[str, object]


class Asides(Protocol[C]):
    """What happens just now, for those who follow a topic in full."""

    def topic_of(self, workspace_id: UUID) -> UUID:
        """Where it is announced that there is something new."""
        ...

    async def look(self, connection: C, workspace_id: UUID, topics: Sequence[UUID], now: datetime) -> Sequence[Aside]:
        """What is still true of these topics."""
        ...
