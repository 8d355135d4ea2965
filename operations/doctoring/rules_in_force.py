"""Can the rules be read that a clinician approved last? A version that cannot leaves the last good one in force."""

from collections.abc import AsyncIterator

import httpx

from operations.doctoring.finding import Finding
from operations.doctoring.system import System

RULES = {
    "intake": {"screening rules": "/health/screening", "follow-up protocol": "/health/follow-up"},
    "scheduling": {"urgency rules": "/health/urgency"},
}


async def rules_in_force(system: System) -> AsyncIterator[Finding]:
    """Each process reads them by itself: while a deploy is going on, an older one may not understand what a newer does."""
    async with system.browser() as browser:
        for service, known in RULES.items():
            for address in system.services[service]:
                for rules, path in known.items():
                    yield await _asked(browser, f"{rules} at {address}", address + path, service)


async def _asked(browser: httpx.AsyncClient, about: str, url: str, service: str) -> Finding:
    try:
        said = (await browser.get(url)).json()
        version, unreadable = said["version"], said["unreadable"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return Finding(about, False, f"not known: {service} does not say ({type(error).__name__})")
    if unreadable:
        named = ", ".join(map(str, unreadable))
        words = f"version {named} was approved and cannot be read; version {version} is in force, the last good one"
        return Finding(about, False, f"{words}. A clinician's decision is not being followed: tell them")
    approved = "approved by a clinician" if said["approved"] else "a proposal that no clinician has approved yet"
    return Finding(about, True, f"version {version} is in force, {approved}")
