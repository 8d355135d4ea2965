"""Open loop: what is due begins on time, whatever became of what began before, as with people who know nothing of each other.

A closed loop waits for answers, and so sends least just when the system is slowest.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def open_loop(rate: float, until: float, begin: Callable[[float], Awaitable[object]]) -> None:
    """Calls `begin` with the moment at which it was due, `rate` times a second; returns when all have ended.

    Moments, `until` too, are those of time.perf_counter. Raises what `begin` raises.
    """
    start, begun, tasks = time.perf_counter(), 0, set[asyncio.Future[object]]()
    while (due := start + begun / rate) < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.ensure_future(begin(due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        begun += 1
    await asyncio.gather(*tasks)
