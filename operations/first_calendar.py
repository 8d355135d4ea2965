"""`chairside calendar`: what a new clinic's calendar begins with. Everything else is entered on `/staff/clinic`."""

import asyncio
from dataclasses import replace

import typer

from operations.demo_clinic import demo_clinic
from operations.whose import OfClinic, settings_of
from services.scheduling.domain.clinic import Clinic
from services.scheduling.use_cases.set_up_clinic import set_up_where_none
from shared.database import Database
from shared.settings import ClinicIdentity, Settings


def calendar(clinic: OfClinic = "") -> None:
    """Begin a clinic's calendar: opening hours and kinds of appointment, which its staff change; rooms and people are theirs
    to enter. Where there is a calendar, nothing is changed."""
    settings = settings_of(clinic)
    begun = asyncio.run(_begin(settings))
    typer.echo(
        f"{settings.clinic.name} has a calendar now. Its administrators enter the rest: {settings.public_url}/staff/clinic"
        if begun
        else f"{settings.clinic.name} has a calendar already. Nothing was changed."
    )


async def _begin(settings: Settings) -> bool:
    database = await Database.open(settings, "scheduling")
    try:
        async with database.transaction() as tx:
            return await set_up_where_none(tx, _to_begin_with(settings.clinic))
    finally:
        await database.close()


def _to_begin_with(ours: ClinicIdentity) -> Clinic:
    """The demo's hours, kinds and notices; no rooms, and nobody who works there."""
    return replace(demo_clinic(), id=ours.id, name=ours.name, zone=ours.zone, resources=(), rooms=(), shifts=())
