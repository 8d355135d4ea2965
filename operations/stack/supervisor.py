"""Watches over the parts: what ends by itself is said and started again; at the end all stop in the reverse order."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from operations.embedded.errors import EmbeddedError
from operations.stack.parts import Part

LOOK_EVERY = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SETTLED = 60.0  # seconds of life after which an earlier death is forgotten


class Supervisor:
    """Parts are named and stopped in the reverse order of `add`; parts of one stage stop side by side."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._stages: list[dict[str, Part]] = []
        self._watches: list[asyncio.Task[None]] = []

    async def add(self, parts: Mapping[str, Part]) -> None:
        """Start the parts of one stage side by side and watch them from now on. Raises the first failure."""
        # Written down first: what has been started by halves must be stopped too.
        self._stages.append(dict(parts))
        try:
            async with asyncio.TaskGroup() as starting:
                for part in parts.values():
                    starting.create_task(part.start())
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        self._watches += [asyncio.create_task(self._watch(name, part)) for name, part in parts.items()]

    async def stop(self) -> None:
        """Every part is given its bound; one that fails to stop does not keep the others running."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        for stage in reversed(self._stages):
            for outcome in await asyncio.gather(*(part.stop() for part in stage.values()), return_exceptions=True):
                if isinstance(outcome, BaseException):
                    self._say(f"while stopping: {outcome}")
        self._stages.clear()

    async def _watch(self, name: str, part: Part) -> None:
        pause, started = FIRST_PAUSE, time.monotonic()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if part.pid is not None:
                continue
            if time.monotonic() - started > SETTLED:
                pause = FIRST_PAUSE
            self._say(f"{name} has ended; starting it again in {pause:g} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            started = time.monotonic()
            try:
                await part.start()
                self._say(f"{name} is back")
            except EmbeddedError as problem:
                self._say(str(problem))
                with suppress(EmbeddedError):
                    await part.stop()
