"""Rows in and out: whole tables as text, in an order in which each needs only those before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import IO, BinaryIO, cast

from hebah.foundation.postgres import Connection, load_queries

QUERIES = load_queries("hebah.app.backup")

# What belongs to running processes and open browsers, not to the installation; asks are too old to be carried out. And
# tallies, which the database makes itself of the chats that come back.
LEFT_OUT = frozenset(
    f"public.{name}"
    for name in (
        *("alembic_version", "worker", "web_session", "entry_link", "sign_in_attempt", "repeatable_request"),
        *("device_command", "device_linking", "chat_tally", "chat_tally_of_user"),
    )
)

# What a trigger asks for, once a statement, in place of a foreign key: the catalogue does not tell.
ASKED_FOR = {"public.outbox": ["public.stream", "public.content"]}


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table with the columns that are stored, as it is named with its schema."""

    name: str
    columns: tuple[str, ...]

    @property
    def schema(self) -> str:
        """The part before the dot."""
        return self.name.partition(".")[0]

    @property
    def table(self) -> str:
        """The part behind the dot."""
        return self.name.partition(".")[2]


async def list_tables(connection: Connection) -> list[StoredTable]:
    """What a backup holds, those first that others point to."""
    rows = {row["name"]: row for row in await QUERIES.list_tables(connection) if row["name"] not in LEFT_OUT}
    order: Iterable[str] = TopologicalSorter(
        {
            name: [need for need in [*row["needs"], *ASKED_FOR.get(name, [])] if need in rows]
            for name, row in rows.items()
        }
    ).static_order()
    return [StoredTable(name, tuple(rows[name]["columns"])) for name in order]


async def copy_out(connection: Connection, table: StoredTable, file: IO[bytes]) -> int:
    """Write all rows; returns how many."""
    # Through a query, since only that reads a parent's rows out of its partitions.
    columns = ", ".join(f'"{column}"' for column in table.columns)
    # The names come from the catalogue of the database itself.
    rows = f'SELECT {columns} FROM "{table.schema}"."{table.table}"'  # noqa: S608
    return _count(await connection.copy_from_query(rows, output=cast("BinaryIO", file)))


async def copy_in(connection: Connection, table: StoredTable, file: IO[bytes]) -> int:
    """Put the rows into a table in place of those a migration has put there; returns how many."""
    name = f'"{table.schema}"."{table.table}"'
    if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {name})"):  # noqa: S608
        await connection.execute(f"DELETE FROM {name}")  # noqa: S608
    done = await connection.copy_to_table(
        table.table, schema_name=table.schema, columns=list(table.columns), source=cast("BinaryIO", file)
    )
    return _count(done)


def _count(status: str) -> int:
    return int(status.rpartition(" ")[2])
