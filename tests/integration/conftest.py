"""A Hebah whose routes tests call as people in roles do, over its real database."""

import itertools
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from litestar import Litestar

from hebah.access import store
from hebah.access.actions import entry
from hebah.access.model import Account, Installation, NewUser, Role, Settings, Visitor
from hebah.app.web import Parts, create_app, put_before
from hebah.foundation.clock import ManualClock
from hebah.foundation.embedded_postgres import EmbeddedPostgres
from hebah.foundation.passwords import Argon2Passwords
from hebah.foundation.postgres import Database

ORIGIN = "http://hebah.test"
PASSWORD = "correct horse battery"
VISITOR = Visitor("127.0.0.1", "tests")
APPLICATIONS: dict[tuple[object, ...], Litestar] = {}


class Web:
    """The application, and browsers in front of it."""

    def __init__(self, app: Litestar, parts: Parts, clients: AsyncExitStack) -> None:
        self.app = app
        self.db = parts.db
        self.clock = parts.clock
        self.passwords = parts.passwords
        self._clients = clients
        self._numbers: Iterator[int] = itertools.count(1)

    async def found(self, settings: Settings | None = None) -> Account:
        """A workspace and its owner, who has a password."""
        hashed = await self.passwords.hash(PASSWORD)
        owner = NewUser("Aminah", f"owner{next(self._numbers)}@example.com", Role.OWNER)
        async with self.db.transaction() as tx:
            return await entry.found_workspace(tx, settings or Settings("Kedai"), owner, hashed, self.clock.now())

    async def person(self, workspace_id: UUID, role: Role, device_ids: Iterable[UUID] = ()) -> Account:
        """One more user, who has a password."""
        hashed = await self.passwords.hash(PASSWORD)
        new = NewUser("Budi", f"user{next(self._numbers)}@example.com", role)
        async with self.db.transaction() as tx:
            user_id = await store.add_user(tx, workspace_id, new, hashed, self.clock.now())
            assert user_id is not None
            await store.QUERIES.replace_grants(
                tx, workspace_id=workspace_id, user_id=user_id, device_ids=list(device_ids)
            )
        return Account(workspace_id, user_id)

    async def stranger(self) -> httpx.AsyncClient:
        """A browser nobody is signed in with."""
        client = httpx.AsyncClient(transport=self.transport(), base_url=ORIGIN, headers={"Origin": ORIGIN})
        return await self._clients.enter_async_context(client)

    def transport(self, address: str = "127.0.0.1") -> httpx.ASGITransport:
        """The way from a browser at that address to the application."""
        app: Any = self.app  # httpx and Litestar word the same protocol differently
        return httpx.ASGITransport(app=app, client=(address, 4000))

    async def signed_in(self, account: Account) -> httpx.AsyncClient:
        """A browser of that user."""
        client = await self.stranger()
        opened = await entry.open_session(self.db, self.clock, account, VISITOR)
        client.cookies.set("hebah", opened.token)
        client.headers["X-CSRF-Token"] = opened.session.csrf_token
        return client


@pytest.fixture
async def empty_url(cluster: EmbeddedPostgres, database_numbers: Iterator[int]) -> AsyncIterator[str]:
    """A database nobody has begun to use."""
    name = f"empty_{next(database_numbers)}"
    connection = await asyncpg.connect(cluster.url)
    await connection.execute(f"CREATE DATABASE {name}")
    yield cluster.url_of(name)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
def passwords() -> Argon2Passwords:
    """Hashing that takes a millisecond."""
    return Argon2Passwords(memory_kib=64, passes=1)


@pytest.fixture
def parts(database: Database, clock: ManualClock, passwords: Argon2Passwords) -> Parts:
    """What the application of a test is made of; a folder overrides it to add its feature's routes."""
    return Parts(database, clock, passwords, Installation("0.0-test", simulated_available=True))


@pytest.fixture
async def web(parts: Parts) -> AsyncIterator[Web]:
    async with AsyncExitStack() as clients:
        yield Web(application(parts), parts, clients)


def application(parts: Parts) -> Litestar:
    """An application before these parts, put together once a process: that takes longer than what most tests do."""
    made_of = (*parts.routes, *sorted(parts.provided), parts.static, parts.installation.version)
    app = APPLICATIONS.get(made_of)
    if app is None:
        app = APPLICATIONS[made_of] = create_app(parts)
    put_before(app, parts)
    return app


@pytest.fixture
async def shop(web: Web) -> Account:
    return await web.found()


@pytest.fixture
async def owner(web: Web, shop: Account) -> httpx.AsyncClient:
    return await web.signed_in(shop)
