"""What contacts need from outside: that the layers above let go of somebody, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

Tx = TypeVar("Tx", contravariant=True)
"""A transaction; which kind is for those to say who may touch a database."""


class ContactStops(Protocol[Tx]):
    """What happens to messages that wait for somebody who is not to get them any more."""

    async def contact_suppressed(
        self, tx: Tx, workspace_id: UUID, contact_id: UUID, *, reason: str, now: datetime
    ) -> None:
        """Take back what is queued for the person, with the reason of the suppression."""

    async def contact_deleted(self, tx: Tx, workspace_id: UUID, contact_id: UUID, *, now: datetime) -> None:
        """Take back what is queued for somebody who is no lead any more; rows keep naming the contact."""
