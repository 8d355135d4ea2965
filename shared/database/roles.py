"""Who may do what in Postgres: for each service an owner role that migrates and a runtime role that owns nothing."""

from contextlib import suppress
from dataclasses import dataclass

import asyncpg

SERVICES = ("intake", "scheduling", "notifications")
DATABASE = "chairside"
KEYRING_DATABASE = "chairside_keyring"

RUNTIME_BOUNDS = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
}
"""Set on the role itself, so that they hold for psql under that role too."""


@dataclass(frozen=True, slots=True)
class Estate:
    """One schema in one database, with its two roles. An empty password means the server asks for none."""

    database: str
    schema: str
    password: str = ""
    owner_password: str = ""

    @property
    def runtime(self) -> str:
        return f"chairside_{self.schema}"

    @property
    def owner(self) -> str:
        return f"chairside_{self.schema}_owner"


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    """Creates the role or renews its password. Two jobs at once are fine: the second finds it."""
    if not await connection.fetchval("select 1 from pg_roles where rolname = $1", role):
        with suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            await connection.execute(f"create role {_name(role)} login")
    if password:
        literal = await connection.fetchval("select quote_literal($1)", password)
        await connection.execute(f"alter role {_name(role)} password {literal}")


async def _ensure_database(connection: asyncpg.Connection, database: str) -> None:
    if not await connection.fetchval("select 1 from pg_database where datname = $1", database):
        with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            await connection.execute(f"create database {_name(database)}")


async def prepare(admin_dsn: str, estate: Estate) -> None:
    """Makes database, roles, schema and default privileges of one estate. Safe to repeat, and safe to run beside itself.

    `admin_dsn` must name a role that may create roles and databases.
    """
    connection = await asyncpg.connect(admin_dsn, database="postgres", timeout=10)
    try:
        await connection.execute("select pg_advisory_lock(hashtext('chairside prepare'))")
        await _ensure_role(connection, estate.owner, estate.owner_password)
        await _ensure_role(connection, estate.runtime, estate.password)
        for setting, value in RUNTIME_BOUNDS.items():
            await connection.execute(f"alter role {_name(estate.runtime)} set {setting} = '{value}'")
        await _ensure_database(connection, estate.database)
    finally:
        await connection.close()

    owner, runtime, schema = _name(estate.owner), _name(estate.runtime), _name(estate.schema)
    connection = await asyncpg.connect(admin_dsn, database=estate.database, timeout=10)
    try:
        await connection.execute("select pg_advisory_lock(hashtext('chairside prepare'))")
        await connection.execute(
            f"""
            revoke all on schema public from public;
            revoke connect, temporary on database {_name(estate.database)} from public;
            grant connect on database {_name(estate.database)} to {owner}, {runtime};
            create schema if not exists extensions;
            create extension if not exists btree_gist schema extensions;
            grant usage on schema extensions to {owner}, {runtime};
            grant {owner} to current_user;
            create schema if not exists {schema} authorization {owner};
            grant usage on schema {schema} to {runtime};
            alter default privileges for role {owner} in schema {schema}
                grant select, insert, update, delete on tables to {runtime};
            alter default privileges for role {owner} in schema {schema} grant usage, select on sequences to {runtime};
            alter role {owner} in database {_name(estate.database)} set search_path = {schema}, extensions;
            alter role {runtime} in database {_name(estate.database)} set search_path = {schema};
            """
        )
    finally:
        await connection.close()
