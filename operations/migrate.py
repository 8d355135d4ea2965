"""`chairside migrate`: databases, roles, schemas and their tables, brought to what this release expects."""

import asyncio
import os
from pathlib import Path

import asyncpg
import typer

from operations.loading import loading
from shared.database.one_clinic import are_kept_apart, keep_apart
from shared.database.roles import DATABASE, KEYRING_DATABASE, SERVICES, Estate, prepare
from shared.database.schema_version import chain, current
from shared.settings import MoreClinics

ROOT = Path(__file__).resolve().parent.parent


def service_estate(service: str, database: str = DATABASE) -> Estate:
    """Where a service's tables are. Passwords come from INTAKE_DATABASE_PASSWORD, INTAKE_OWNER_PASSWORD and so on."""
    prefix = service.upper()
    return Estate(
        database,
        service,
        password=os.environ.get(f"{prefix}_DATABASE_PASSWORD", ""),
        owner_password=os.environ.get(f"{prefix}_OWNER_PASSWORD", ""),
    )


def keyring_estate(database: str = KEYRING_DATABASE) -> Estate:
    """Where patients' keys are: a database of its own, so that it can be backed up and forgotten on its own."""
    return Estate(
        database,
        "keyring",
        password=os.environ.get("KEYRING_PASSWORD", ""),
        owner_password=os.environ.get("KEYRING_OWNER_PASSWORD", ""),
    )


def revisions(schema: str) -> Path:
    """The folder of a schema's revisions."""
    return ROOT / ("shared/keyring" if schema == "keyring" else f"services/{schema}") / "migrations"


async def migrate_estate(admin_dsn: str, estate: Estate) -> None:
    """Makes an estate if it is not there, and brings it to the newest revision; one of a newer release is left alone."""
    await prepare(admin_dsn, estate)
    if await _suffices(admin_dsn, estate):
        return
    with loading():  # Alembic and SQLAlchemy: a second, only where there is something to run
        from shared.database.migrations import migrate as migrate_schema

    await migrate_schema(admin_dsn, estate, revisions(estate.schema))


async def _suffices(admin_dsn: str, estate: Estate) -> bool:
    connection = await asyncpg.connect(admin_dsn, database=estate.database, timeout=10)
    try:
        return chain(revisions(estate.schema)).suffices(await current(connection, estate.schema))
    finally:
        await connection.close()


async def migrate_all(admin_dsn: str, keyring_admin_dsn: str, *, several_clinics: bool) -> None:
    """All four estates, one after another. Safe to run beside another run, and again after a kill.

    Where there are several clinics, no clinic's sessions see another's rows from then on. Raises SeveralWereServed.
    """
    for service in SERVICES:
        await migrate_estate(admin_dsn, service_estate(service))
        await keep_clinics_apart(admin_dsn, service_estate(service), several=several_clinics)
    await migrate_estate(keyring_admin_dsn, keyring_estate())


class SeveralWereServed(Exception):
    """Services that are told of one clinic would speak in its name for patients of another."""

    def __init__(self) -> None:
        super().__init__("Several clinics were served here: set MORE_CLINICS, to [] when only one of them is left.")


async def keep_clinics_apart(admin_dsn: str, estate: Estate, *, several: bool) -> None:
    """Puts the policies in place where there are several clinics. Raises SeveralWereServed where there were, and are not."""
    connection = await asyncpg.connect(
        admin_dsn,
        user=estate.owner,
        password=estate.owner_password or None,
        database=estate.database,
        timeout=10,
        server_settings={"application_name": "chairside migrate", "lock_timeout": "60s", "search_path": estate.schema},
    )
    try:
        if several:
            await keep_apart(connection)
        elif await are_kept_apart(connection):
            raise SeveralWereServed
    finally:
        await connection.close()


def migrate() -> None:
    """Prepare databases and roles, and run all migrations. Needs DATABASE_URL of a role that may create both."""
    admin_dsn = os.environ.get("DATABASE_URL")
    if not admin_dsn:
        raise typer.BadParameter("set DATABASE_URL to a Postgres role that may create roles and databases")
    keyring_admin_dsn = os.environ.get("KEYRING_URL") or admin_dsn
    try:
        asyncio.run(migrate_all(admin_dsn, keyring_admin_dsn, several_clinics=MoreClinics().several))
    except SeveralWereServed as problem:
        raise SystemExit(str(problem)) from None
    typer.echo("Databases, roles and tables are up to date.")
