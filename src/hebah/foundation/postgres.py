"""The door to PostgreSQL: a pool with transactions, and SQL read by name from a feature's `queries.sql`.

A feature writes its SQL once, in `queries.sql` beside `store.py` or `reads.py`:

    -- name: find_device^
    -- The slot as its screen shows it.
    SELECT * FROM device WHERE workspace_id = :workspace_id AND id = :device_id;

and runs it inside a transaction (or a reading connection) that it was given:

    QUERIES = load_queries("hebah.devices")            # module-level and immutable

    async def find(tx: Connection, workspace_id: UUID, device_id: UUID) -> Device | None:
        row = await QUERIES.find_device(tx, workspace_id=workspace_id, device_id=device_id)
        return None if row is None else Device(row["id"], row["name"])

The suffix of the name says what the call gives:
    (none)  list[Record], all rows           ^   Record | None, the first row
    $       value of the first column        !   int, how many rows were changed
    <!      as ^; for INSERT … RETURNING     *!  None; takes one list of dicts, `await QUERIES.add(tx, rows)`
Arguments are keywords and must be exactly those the SQL names. A name may be used several times; `:name::uuid` casts
as expected, because a colon after a colon never starts a name, and `':quoted'` is left alone. Three traps: an array
slice `a[1:2]` reads as a parameter (refused at load), an apostrophe in a comment behind SQL on the same line hides what
follows (comments get lines of their own), and a parameter whose type PostgreSQL cannot guess needs a cast
(`:tag::text IS NULL OR …`).

Many rows in one statement go as parallel arrays, the fastest way measured:

    -- name: add_contacts
    -- One statement per batch; a known phone is left alone.
    INSERT INTO contact (workspace_id, id, phone)
    SELECT :workspace_id, * FROM unnest(:ids::uuid[], :phones::text[])
    ON CONFLICT DO NOTHING RETURNING id;

    await QUERIES.add_contacts(tx, workspace_id=workspace_id, ids=[…], phones=[…])

`jsonb` comes and goes as Python values (UUIDs and instants inside become strings); in arrays too (`:facts::jsonb[]`).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from importlib import resources
from types import MappingProxyType
from typing import Any, BinaryIO, Final, NamedTuple, Protocol, Self
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import aiosql
import asyncpg
import msgspec
from aiosql.adapters.asyncpg import AsyncPGAdapter
from aiosql.types import SQLOperationType

from hebah.foundation.errors import Unavailable

Record = asyncpg.Record

_CONNECT_WITHIN_S = 8.0
_BINARY_JSONB_VERSION = b"\x01"


class Topic(NamedTuple):
    """What live readers follow: one stream of events inside a workspace, usually a device."""

    workspace_id: UUID
    id: UUID


class Connection(Protocol):
    """What stores and reads may ask of a connection."""

    # Any below: rows and parameters are typed by the SQL, which no checker reads.
    async def fetch(self, query: str, *args: Any) -> list[Record]: ...
    async def fetchrow(self, query: str, *args: Any) -> Record | None: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...
    async def executemany(self, command: str, args: Iterable[Any]) -> None: ...
    async def copy_from_query(self, query: str, *, output: BinaryIO) -> str: ...
    async def copy_to_table(
        self, table_name: str, *, source: BinaryIO, columns: Sequence[str] | None, schema_name: str | None
    ) -> str: ...


class Transaction(Connection, Protocol):
    """A connection inside an open transaction; what it touched is announced after the commit, `last` written before."""

    touched: set[Topic]
    last: dict["LastWriter", list[Any]]


LastWriter = Callable[[Transaction, list[Any]], Awaitable[None]]


class Beside(Protocol):
    """What is written with the transactions of a piece of work, whoever opens them: see `BESIDE`."""

    async def before_commit(self, tx: Transaction) -> None:
        """Write along, or raise to have the transaction undone."""
        ...

    def after_commit(self) -> None:
        """The transaction stands."""
        ...


BESIDE: Final[ContextVar[Beside | None]] = ContextVar("BESIDE", default=None)
"""Set around a request that may be repeated: what it does and the note that it was done stand or fall together."""


class StorageUnreachable(Unavailable):
    """The database did not let us in; `cause` says what to look at, never a password."""

    code = "storage_unreachable"
    sentence = "The database at {place} cannot be used: {cause}."
    place: str
    cause: str


class _Connection(asyncpg.Connection):
    """asyncpg's connection, which also remembers what its transaction touched and has still to write."""

    __slots__ = ("last", "touched")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: asyncpg's private constructor
        super().__init__(*args, **kwargs)
        self.touched: set[Topic] = set()
        self.last: dict[LastWriter, list[Any]] = {}

    def get_reset_query(self) -> str:
        """Nothing to undo: what we set ends with its transaction, so giving a connection back costs no round trip."""
        return ""


class Database:
    """A pool of connections to one database."""

    def __init__(
        self, pool: Any, place: str, on_commit: Callable[[frozenset[Topic]], None] | None
    ) -> None:  # Any: the pool's proxies carry `touched`, which no stub knows
        self._pool = pool
        self._place = place
        self._on_commit = on_commit

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        max_connections: int = 10,
        on_commit: Callable[[frozenset[Topic]], None] | None = None,
        session: Mapping[str, str] | None = None,
    ) -> Self:
        """Open a pool; raises `StorageUnreachable` within ten seconds when that cannot be.

        `on_commit` is called with the topics a transaction touched, right after its commit; it must not block.
        `session` are settings of every connection beyond our own.
        """
        place = place_of(url)
        settings = _session_settings(url) | dict(session or {})
        async with _reaching(place):
            pool = await asyncio.wait_for(_open_pool(url, max_connections, settings), _CONNECT_WITHIN_S)
        return cls(pool, place, on_commit)

    def connections(self) -> tuple[int, int]:
        """How many connections are open, and how many of them rest."""
        return self._pool.get_size(), self._pool.get_idle_size()

    async def close(self) -> None:
        """Give every connection back; safe to call twice."""
        await self._pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit when the block ends, roll back when it raises; announce touched topics after the commit."""
        async with self._acquired() as connection:
            touched: set[Topic] = connection.touched
            touched.clear()
            connection.last.clear()
            beside = BESIDE.get()
            async with connection.transaction():
                yield connection
                for write, given in connection.last.items():
                    await write(connection, given)
                if beside is not None:
                    await beside.before_commit(connection)
            if beside is not None:
                beside.after_commit()
            announced = frozenset(touched)
        if announced and self._on_commit is not None:
            self._on_commit(announced)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for reading, each statement on its own."""
        async with self._acquired() as connection:
            yield connection

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[Any]:  # Any: a proxy of _Connection
        async with _reaching(self._place):
            connection = await self._pool.acquire()
        try:
            yield connection
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            if not _is_lost(connection):
                raise
            raise StorageUnreachable(self._place, "the connection was lost") from error
        finally:
            await self._pool.release(connection)


def _is_lost(connection: Any) -> bool:  # Any: a proxy of _Connection
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool has taken it away already
        return True


async def connect_once(url: str) -> "asyncpg.Connection[Record]":
    """One connection outside any pool, for advisory locks, migrations and listening; the caller closes it."""
    place = place_of(url)
    async with _reaching(place):
        return await asyncio.wait_for(_patiently(lambda: asyncpg.connect(plain_url(url))), _CONNECT_WITHIN_S)


def plain_url(url: str) -> str:
    """The URL as PostgreSQL's own tools write it, without a driver's name in the scheme."""
    return re.sub(r"^postgres(?:ql)?(?:\+\w+)?://", "postgresql://", url)


def place_of(url: str) -> str:
    """Host and database of a URL, fit to be shown: no user, no password."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or "the local socket"
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "the given address"
    # Without our scheme there is no telling which part is a password.
    return f"{host}{port}{parts.path}" if parts.scheme.startswith("postgres") else "the given address"


async def _open_pool(
    url: str, max_connections: int, settings: dict[str, str]
) -> Any:  # Any: the pool's proxies carry `touched`, which no stub knows
    return await _patiently(
        lambda: asyncpg.create_pool(
            plain_url(url),
            min_size=1,
            max_size=max_connections,
            connection_class=_Connection,
            init=_use_codecs,
            server_settings=settings,
        )
    )


def _session_settings(url: str) -> dict[str, str]:
    """How every session runs; a URL may name the application, so that one process can be told from another."""
    named = "application_name" in parse_qs(urlsplit(url).query)
    return {"timezone": "UTC", "jit": "off"} | ({} if named else {"application_name": "hebah"})


async def _patiently(attempt: Callable[[], Awaitable[Any]]) -> Any:  # Any: whatever the attempt opens
    """Try again while the server says it is still starting; the caller sets the deadline."""
    while True:
        try:
            return await attempt()
        except asyncpg.CannotConnectNowError:
            await asyncio.sleep(0.1)


async def _use_codecs(connection: "asyncpg.Connection[Record]") -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_jsonb_bytes, decoder=_jsonb_value
    )


def _jsonb_bytes(value: object) -> bytes:
    return _BINARY_JSONB_VERSION + msgspec.json.encode(value)


def _jsonb_value(raw: bytes) -> object:
    return msgspec.json.decode(memoryview(raw)[1:])


@asynccontextmanager
async def _reaching(place: str) -> AsyncIterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise StorageUnreachable(place, "it did not answer in time") from error
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StorageUnreachable(place, _cause_of(error)) from error


def _cause_of(error: Exception) -> str:
    match error:
        case asyncpg.InvalidAuthorizationSpecificationError():
            return "the user name or password was refused"
        case asyncpg.InvalidCatalogNameError():
            return "there is no such database on this server"
        case asyncpg.TooManyConnectionsError():
            return "the server has no connection left"
        case asyncpg.PostgresError():
            return f"the server refused ({error.sqlstate})"
        case OSError():
            return "no PostgreSQL answers there; check host and port"
        case _:
            return "the address is not a PostgreSQL URL such as postgresql://user:password@host:5432/database"


class Query:
    """One named statement, with its parameters numbered for the driver."""

    __slots__ = ("_operation", "_parameters", "name", "sql")

    def __init__(self, name: str, sql: str, operation: SQLOperationType, parameters: tuple[str, ...]) -> None:
        self.name = name
        self.sql = sql
        self._operation = operation
        self._parameters = parameters

    async def __call__(self, connection: Connection, rows: Iterable[Mapping[str, Any]] = (), /, **given: Any) -> Any:
        """Run it; what comes back depends on the suffix of its name (see the module)."""  # hence Any
        if self._operation is SQLOperationType.INSERT_UPDATE_DELETE_MANY:
            return await connection.executemany(self.sql, [self._in_order(row) for row in rows])
        arguments = self._in_order(given)
        match self._operation:
            case SQLOperationType.SELECT:
                return await connection.fetch(self.sql, *arguments)
            case SQLOperationType.SELECT_ONE | SQLOperationType.INSERT_RETURNING:
                return await connection.fetchrow(self.sql, *arguments)
            case SQLOperationType.SELECT_VALUE:
                return await connection.fetchval(self.sql, *arguments)
            case _:
                return _count_of(await connection.execute(self.sql, *arguments))

    def _in_order(self, given: Mapping[str, Any]) -> list[Any]:
        if given.keys() != set(self._parameters):
            wanted = ", ".join(sorted(self._parameters)) or "nothing"
            raise TypeError(f"query {self.name} takes {wanted}; got {', '.join(sorted(given)) or 'nothing'}")
        return [given[name] for name in self._parameters]


class Queries:
    """The statements of one `queries.sql`, as attributes."""

    __slots__ = ("_by_name", "_package")

    def __init__(self, package: str, by_name: Mapping[str, Query]) -> None:
        self._package = package
        self._by_name = MappingProxyType(dict(by_name))

    def __getattr__(self, name: str) -> Query:
        try:
            return self._by_name[name]
        except KeyError:
            raise AttributeError(f"{self._package} has no query named {name}") from None

    def names(self) -> tuple[str, ...]:
        """Every statement's name, sorted."""
        return tuple(sorted(self._by_name))


def load_queries(package: str, file: str = "queries.sql") -> Queries:
    """Read the statements of a feature; a malformed file is an error at import, not at the first call."""
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    adapter = AsyncPGAdapter()  # type: ignore[no-untyped-call]  # aiosql left its constructor untyped
    loaded = aiosql.from_str(text, lambda: adapter, mandatory_parameters=False)
    by_name = {}
    for name in loaded.available_queries:
        if name.endswith("_cursor") and name.removesuffix("_cursor") in loaded.available_queries:
            continue  # aiosql adds a cursor twin to each SELECT
        source = getattr(loaded, name)
        parameters = tuple(adapter.var_sorted[name])
        if slices := [parameter for parameter in parameters if parameter[0].isdigit()]:
            raise ValueError(
                f"query {name} of {package}: ':{slices[0]}' reads as a parameter; write the slice otherwise"
            )
        by_name[name] = Query(name, source.sql, source.operation, parameters)
    return Queries(package, by_name)


def _count_of(status: str) -> int:
    """How many rows a command tag such as 'UPDATE 3' or 'INSERT 0 3' reports."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
