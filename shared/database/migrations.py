"""Runs the Alembic revisions of one schema, as its owner, one job at a time."""

from pathlib import Path

import asyncpg
from alembic import command, op
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only

from shared.database.roles import Estate

LOCK_TIMEOUT = "60s"
"""How long a second job waits for the first, and a migration for a table in use."""


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "newline")
    return config


def run_sql(script: str) -> None:
    """Runs a script of several statements; for use inside a revision, where `op.execute` takes only one."""
    connection = op.get_bind().connection.driver_connection
    assert isinstance(connection, asyncpg.Connection)
    await_only(connection.execute(script))


async def migrate(dsn: str, estate: Estate, folder: Path) -> None:
    """Brings the schema to the newest revision in `folder`.

    An advisory lock lets one job at a time work; whoever comes second finds nothing left to do. All revisions of a run
    share one transaction, so a killed job leaves nothing behind and can be run again.
    """

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(
            dsn,
            user=estate.owner,
            password=estate.owner_password or None,
            database=estate.database,
            timeout=10,
            server_settings={
                "application_name": "chairside migrate",
                "lock_timeout": LOCK_TIMEOUT,
                "search_path": f"{estate.schema}, extensions",
            },
        )

    def upgrade(connection: Connection) -> None:
        connection.exec_driver_sql("select pg_advisory_xact_lock(hashtext('chairside migrate'))")
        config = _config(folder)
        config.attributes["connection"] = connection
        config.attributes["schema"] = estate.schema
        command.upgrade(config, "head")

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()
