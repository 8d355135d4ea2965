"""Does scheduling answer? Asked before somebody without scripts is led there: its pages have no way to say that it is away."""

import asyncio
from collections.abc import Sequence

import httpx

PATIENCE = 2.0
"""Seconds, for all replicas together: somebody looks at an empty page meanwhile."""


async def scheduling_answers(replicas: Sequence[str]) -> bool:
    """Whether any replica is ready. One that is frozen takes the connection and says nothing: that is no answer."""
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        asked = [asyncio.ensure_future(_is_ready(client, replica)) for replica in replicas]
        try:
            async with asyncio.timeout(PATIENCE):
                for first in asyncio.as_completed(asked):
                    if await first:
                        return True
        except TimeoutError:
            pass
        finally:
            for one in asked:
                one.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
    return False


async def _is_ready(client: httpx.AsyncClient, replica: str) -> bool:
    try:
        return (await client.get(f"{replica}/readyz")).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
