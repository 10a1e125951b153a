"""Brings a database to the newest schema with Alembic; imported only when there is something to do."""

from importlib import resources

import asyncpg
from alembic import command, op
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only

from hebah.foundation.postgres import plain_url


async def upgrade(url: str, to: str) -> None:
    """Run every migration up to `to` that the database lacks, each in a transaction of its own."""
    # Our own URL is not SQLAlchemy's: it may name a socket folder or an option that its parser refuses.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(plain_url(url)), poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, to)
    finally:
        await engine.dispose()


def run_file(name: str) -> None:
    """Run the SQL file beside a migration, inside the migration's transaction."""
    sql = resources.files("hebah.app.migrations.versions").joinpath(name).read_text(encoding="utf-8")
    connection = op.get_bind()
    # SQLAlchemy opens the transaction with the first statement that passes through it. And better to give up
    # than to make everybody wait behind a table lock that we wait for.
    connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
    driver = connection.connection.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    # Only the driver's simple protocol takes several statements at once.
    await_only(driver.execute(sql))


def _upgrade(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", "hebah.app:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
