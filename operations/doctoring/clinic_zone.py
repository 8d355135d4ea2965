"""Do all read the clock by the zone of the clinic's calendar? Else a page says another hour than the one that is booked."""

from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import product
from uuid import UUID

import httpx

from operations.doctoring.finding import Finding
from operations.doctoring.system import System


async def clinic_zone(system: System) -> AsyncIterator[Finding]:
    """Services have it from CLINIC_ZONE or MORE_CLINICS, each from its own environment; the calendar is scheduling's data. Of
    several clinics each is asked for at its host. Who does not answer is named by another check."""
    calendars = await _of_calendars(system)
    async with system.browser() as browser:
        for service, addresses in system.services.items():
            for address, clinic in product(addresses, system.settings.of_each_clinic()):
                with suppress(httpx.HTTPError, KeyError, ValueError):
                    of_it = {"Host": clinic.host} if clinic.further else {}
                    said = (await browser.get(f"{address}/health/clinic", headers=of_it)).json()
                    about = f"zone of {service} at {address}" + (f" for {clinic.host}" if clinic.further else "")
                    yield _judged(about, said["zone"], calendars.get(UUID(said["id"])))


async def _of_calendars(system: System) -> dict[UUID, str]:
    """None of a clinic that is not set up yet."""
    async with system.schema("scheduling") as connection:
        return {row["id"]: row["zone"] for row in await connection.fetch("select id, zone from clinic")}


def _judged(about: str, zone: str, calendar: str | None) -> Finding:
    if calendar is None:
        return Finding(about, True, f"{zone}; the clinic has no calendar yet")
    if zone == calendar:
        return Finding(about, True, f"{zone}, as the calendar")
    return Finding(
        about,
        False,
        f"{zone}, and the clinic's calendar goes by {calendar}: times on pages and in messages are wrong. Set CLINIC_ZONE to "
        "the right one for all three services and start them again; if it is the calendar that is wrong, set the clinic up "
        "again in its zone (`chairside seed` does so for the demo clinic)",
    )
