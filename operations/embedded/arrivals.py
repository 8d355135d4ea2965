"""Pages that are open hear that a message has come."""

import asyncio
from collections.abc import AsyncIterator

HEARTBEAT = 15.0  # seconds


class Arrivals:
    """Wakes every open page when a message has come."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()

    def tell(self) -> None:
        for listener in self._listeners:
            listener.set()

    async def stream(self) -> AsyncIterator[str]:
        """Server-sent events that say only "changed"."""
        changed = asyncio.Event()
        self._listeners.add(changed)
        try:
            yield ": open\n\n"
            while True:
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT)
                    changed.clear()
                    yield "event: changed\ndata:\n\n"
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._listeners.discard(changed)
