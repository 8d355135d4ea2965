"""Does every process of every service take requests, and do its events flow?"""

from collections.abc import AsyncIterator

import httpx

from operations.doctoring.finding import Finding
from operations.doctoring.system import System

PATHS = {"/readyz": "takes requests", "/health/messaging": "says and hears events"}


async def services_ready(system: System) -> AsyncIterator[Finding]:
    async with system.browser() as browser:
        for service, addresses in system.services.items():
            for address in addresses:
                about = f"{service} at {address}"
                for path, well in PATHS.items():
                    yield await _asked(browser, about, address + path, well)


async def _asked(browser: httpx.AsyncClient, about: str, url: str, well: str) -> Finding:
    try:
        answer = await browser.get(url)
    except httpx.HTTPError as error:
        return Finding(about, False, f"does not answer ({type(error).__name__}): start it, or look at its log")
    if answer.is_success:
        return Finding(about, True, well)
    return Finding(about, False, f"{url} answers {answer.status_code}: {answer.text[:500]}")
