"""What contacts need from outside: that the layers above let go of people, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

Tx = TypeVar("Tx", contravariant=True)
"""A transaction; which kind is for those to say who may touch a database."""


class ContactStops(Protocol[Tx]):
    """What happens to messages that wait for people who are not to get them any more."""

    async def contacts_suppressed(
        self, tx: Tx, workspace_id: UUID, contact_ids: Collection[UUID], *, reason: str, now: datetime
    ) -> None:
        """Take back what is queued for these people, with the reason of the suppression."""

    async def contacts_deleted(
        self, tx: Tx, workspace_id: UUID, contact_ids: Collection[UUID], *, now: datetime
    ) -> None:
        """Take back what is queued for people who are no leads any more; rows keep naming the contacts."""
