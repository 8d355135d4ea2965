"""`chairside seed`: the demo clinic and its staff, put in place. Harmless to repeat; production refuses it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import typer
from pydantic import SecretStr

from operations.demo_clinic import demo_clinic, demo_staff
from operations.migrate import service_estate
from services.notifications.use_cases.password_hashes import PasswordHashes
from services.notifications.use_cases.set_up_staff import Person, set_up_staff
from services.scheduling.use_cases.set_up_clinic import set_up_once
from shared.database import Database
from shared.settings import Settings


@asynccontextmanager
async def _as_service(settings: Settings, service: str) -> AsyncIterator[Database]:
    """The service's database under its own runtime role, so that seeding can do no more than the service could."""
    password = SecretStr(service_estate(service).password)
    database = await Database.open(settings.model_copy(update={"database_password": password}), service)
    try:
        yield database
    finally:
        await database.close()


async def put_in_place(settings: Settings, staff_password: str) -> None:
    """Clinic, rooms and people, as `demo_clinic.toml` describes them; in the zone by which the services read the clock."""
    async with _as_service(settings, "scheduling") as database, database.transaction() as tx:
        await set_up_once(tx, replace(demo_clinic(), zone=settings.clinic.zone))
    people = [Person(one.id, one.email, one.name, frozenset(one.roles)) for one in demo_staff()]
    password_hash = await PasswordHashes().make(staff_password)
    async with _as_service(settings, "notifications") as database, database.transaction() as tx:
        await set_up_staff(tx, demo_clinic().id, people, password_hash)


def seed() -> None:
    """Put the demo clinic and its staff in place. Needs DEMO_STAFF_PASSWORD, which all of them sign in with."""
    settings = Settings()  # type: ignore[call-arg]
    if settings.environment == "production":
        raise SystemExit("The demo clinic is for demos: ENVIRONMENT=production refuses it.")
    password = os.environ.get("DEMO_STAFF_PASSWORD")
    if not password:
        raise typer.BadParameter("set DEMO_STAFF_PASSWORD, the password of all demo staff")
    asyncio.run(put_in_place(settings, password))
    typer.echo("The demo clinic and its staff are in place.")
