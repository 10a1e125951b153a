"""What live updates need from features above or beside them: the things that events are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
