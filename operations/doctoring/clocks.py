"""Do the services and the database agree what time it is? Leases and what is due go by the database, times on pages do not."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from operations.doctoring.finding import Finding
from operations.doctoring.system import System

MOST_APART = timedelta(seconds=5)
"""A service says its time to the second, and an answer takes a moment."""


async def clocks(system: System) -> AsyncIterator[Finding]:
    """Who does not answer is named by another check."""
    database = await _of_database(system)
    async with system.browser() as browser:
        for service, addresses in system.services.items():
            for address in addresses:
                with suppress(httpx.HTTPError, KeyError, ValueError):
                    apart = await _of_service(browser, address) - database
                    yield _judged(f"clock of {service} at {address}", apart)


async def _of_database(system: System) -> timedelta:
    """How far it is ahead of the clock here."""
    async with system.schema("public") as connection:
        begin = datetime.now(UTC)
        said = await connection.fetchval("select clock_timestamp()")
        assert said is not None
        return said - (begin + (datetime.now(UTC) - begin) / 2)


async def _of_service(browser: httpx.AsyncClient, address: str) -> timedelta:
    begin = datetime.now(UTC)
    said = parsedate_to_datetime((await browser.get(f"{address}/livez")).headers["date"])
    return said + timedelta(seconds=0.5) - (begin + (datetime.now(UTC) - begin) / 2)


def _judged(about: str, apart: timedelta) -> Finding:
    if abs(apart) <= MOST_APART:
        return Finding(about, True, "agrees with the database's")
    seconds = apart.total_seconds()
    words = f"is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} the database's: set both by NTP"
    return Finding(about, False, words)
