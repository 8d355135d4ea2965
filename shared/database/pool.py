"""Connections as a service's runtime role, with bounds on everything that could wait for ever."""

import json
from uuid import UUID

import asyncpg

from shared.database.one_clinic import SETTING, must_be_kept_apart
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


async def _prepare_for_one_clinic(connection: asyncpg.Connection) -> None:
    await must_be_kept_apart(connection)
    await _prepare(connection)


async def _as_it_is(_: asyncpg.Connection) -> None:
    """Nothing to undo when a connection comes back: no code of ours changes a session, only transactions (`set local`).

    asyncpg would send `reset all` each time, a fifth of the statements of a short transaction. What it does by itself
    still happens: an open transaction is rolled back, listeners are dropped.
    """


def open_pool(
    dsn: str,
    *,
    role: str,
    password: str,
    schema: str,
    size: int,
    database: str | None = None,
    clinic_id: UUID | None = None,
) -> asyncpg.Pool:
    """A pool that connects only when asked, so that a service starts while its database is away. Await it to open it.

    With `clinic_id` its connections see and write the rows of this clinic and no other; see one_clinic.py.
    """
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
        server_settings=SESSION
        | {"search_path": f"{schema}, pg_catalog"}
        | ({SETTING: str(clinic_id)} if clinic_id else {}),
        init=_prepare_for_one_clinic if clinic_id else _prepare,
        reset=_as_it_is,
    )


def service_pool(settings: Settings, service: str, clinic_id: UUID | None = None) -> asyncpg.Pool:
    """The pool of one service, under its runtime role, which owns nothing."""
    return open_pool(
        settings.database_url.get_secret_value(),
        role=settings.database_user or f"chairside_{service}",
        password=settings.database_password.get_secret_value(),
        schema=service,
        size=settings.database_pool_size,
        clinic_id=clinic_id,
    )
