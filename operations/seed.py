"""`chairside seed`: the demo clinic and its staff, put in place. Harmless to repeat; production refuses it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer
from pydantic import SecretStr

from operations.demo_clinic import demo_clinic_of, demo_staff_of
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
    """Clinic, rooms and people, as `demo_clinic.toml` describes them; once for each clinic of the installation."""
    password_hash = await PasswordHashes().make(staff_password)
    for one in settings.of_each_clinic():
        clinic = demo_clinic_of(one)
        async with _as_service(one, "scheduling") as database, database.transaction() as tx:
            await set_up_once(tx, clinic)
        people = [Person(staff.id, staff.email, staff.name, frozenset(staff.roles)) for staff in demo_staff_of(one)]
        async with _as_service(one, "notifications") as database, database.transaction() as tx:
            await set_up_staff(tx, clinic.id, people, password_hash)


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
