"""Connections as a service's runtime role, with bounds on everything that could wait for ever."""

import json

import asyncpg

from shared.settings import Settings

CONNECT_TIMEOUT = 5.0
COMMAND_TIMEOUT = 15.0
"""Seconds; longer than the role's statement_timeout, so that the server ends a statement first and says why."""

SESSION = {
    "application_name": "chairside",
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "jit": "off",
}


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


async def _as_it_is(_: asyncpg.Connection) -> None:
    """Nothing to undo when a connection comes back: no code of ours changes a session, only transactions (`set local`).

    asyncpg would send `reset all` each time, a fifth of the statements of a short transaction. What it does by itself
    still happens: an open transaction is rolled back, listeners are dropped.
    """


def open_pool(
    dsn: str, *, role: str, password: str, schema: str, size: int, database: str | None = None
) -> asyncpg.Pool:
    """A pool that connects only when asked, so that a service starts while its database is away. Await it to open it."""
    return asyncpg.create_pool(
        dsn,
        user=role,
        password=password or None,
        database=database,
        min_size=0,
        max_size=size,
        timeout=CONNECT_TIMEOUT,
        command_timeout=COMMAND_TIMEOUT,
        max_inactive_connection_lifetime=300,
        server_settings=SESSION | {"search_path": f"{schema}, pg_catalog"},
        init=_prepare,
        reset=_as_it_is,
    )


def service_pool(settings: Settings, service: str) -> asyncpg.Pool:
    """The pool of one service, under its runtime role, which owns nothing."""
    return open_pool(
        settings.database_url.get_secret_value(),
        role=settings.database_user or f"chairside_{service}",
        password=settings.database_password.get_secret_value(),
        schema=service,
        size=settings.database_pool_size,
    )
