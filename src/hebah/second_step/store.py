"""Rows of the second step and of its recovery codes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection, Record, Transaction, load_queries
from hebah.second_step.model import SecondStep

QUERIES = load_queries("hebah.second_step")


class SecondStepOf:
    """The second step of one person, inside a transaction or for reading."""

    def __init__(self, workspace_id: UUID, user_id: UUID) -> None:
        self._whose = {"workspace_id": workspace_id, "user_id": user_id}

    async def find(self, connection: Connection) -> SecondStep | None:
        """What is stored; None when nothing was begun."""
        return _second_step(await QUERIES.find_second_step(connection, **self._whose))

    async def lock(self, tx: Transaction) -> SecondStep | None:
        """What is stored, held until the transaction ends."""
        return _second_step(await QUERIES.lock_second_step(tx, **self._whose))

    async def begin(self, tx: Transaction, salt: bytes) -> bool:
        """Begin to set it up; whether that was possible, that is, whether it is off."""
        return bool(await QUERIES.begin_second_step(tx, **self._whose, salt=salt))

    async def confirm(self, tx: Transaction, now: datetime) -> None:
        """Switch it on."""
        await QUERIES.confirm_second_step(tx, **self._whose, now=now)

    async def use_code(self, tx: Transaction, step: int) -> None:
        """No code up to this step counts again."""
        await QUERIES.use_code(tx, **self._whose, step=step)

    async def drop(self, tx: Transaction) -> None:
        """Switch it off, recovery codes included."""
        await QUERIES.drop_second_step(tx, **self._whose)
        await QUERIES.drop_recovery_codes(tx, **self._whose)

    async def replace_recovery_codes(self, tx: Transaction, code_hashes: Sequence[bytes]) -> None:
        """A fresh set instead of the older one."""
        await QUERIES.drop_recovery_codes(tx, **self._whose)
        await QUERIES.add_recovery_codes(tx, **self._whose, code_hashes=list(code_hashes))

    async def use_recovery_code(self, tx: Transaction, code_hash: bytes) -> bool:
        """Use one up; whether there was such a code."""
        return bool(await QUERIES.use_recovery_code(tx, **self._whose, code_hash=code_hash))

    async def count_recovery_codes(self, connection: Connection) -> int:
        """How many are left."""
        count: int = await QUERIES.count_recovery_codes(connection, **self._whose)
        return count


def _second_step(row: Record | None) -> SecondStep | None:
    return None if row is None else SecondStep(row["salt"], row["confirmed_at"] is not None, row["used"])
