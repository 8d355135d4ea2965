"""What can be read off a clinic besides its promises: how long effects took, when a loss was noticed, what logs grew."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from aiokafka.errors import KafkaTimeoutError

from operations.auditing.topic_reader import all_places
from shared.clock import SystemClock
from shared.database.roles import SERVICES
from shared.messaging.broker import log_reader
from tests.faults.clinic import UNHEARD_EVENTS, WAITING_EVENTS, Clinic, eventually

UNTIL_LED = 120.0
SAID = " union all ".join(f"select event_id, recorded_at from {service}.outbox" for service in SERVICES)
HANDLED = " union all ".join(f"select handler, event_id, handled_at from {service}.inbox" for service in SERVICES)
LOGS = " union all ".join(f"select * from {service}.log_state" for service in SERVICES)


async def slowest_effect(clinic: Clinic, since: datetime) -> str:
    """Seconds from the commit that said an event to the commit of its effect elsewhere, of those said since then."""
    (row,) = await clinic.rows(
        f"""
        select max(took) as most, percentile_cont(0.5) within group (order by took) as half
          from (select extract(epoch from handled_at - recorded_at)::float as took
                  from ({SAID}) as said
                  join ({HANDLED}) as handled using (event_id)
                 where recorded_at >= $1) as effect
        """,
        since,
    )
    return "none" if row["most"] is None else f"{row['most']:.1f} s (half of all within {row['half']:.2f} s)"


async def heard_after(clinic: Clinic, within: float) -> str:
    """Seconds until every event was sent and heard; e-mails may still wait."""
    began = time.monotonic()

    async def nothing_waits() -> bool:
        for waits in (WAITING_EVENTS, UNHEARD_EVENTS):
            if await clinic.rows(waits):
                return False
        return True

    await eventually(nothing_waits, within)
    return f"{time.monotonic() - began:.1f} s"


async def log_epochs(clinic: Clinic) -> dict[tuple[str, int], int]:
    """How often each log that has held something was found cut."""
    rows = await clinic.rows(f"select * from ({LOGS}) as log where highest_offset >= 0")
    return {(row["topic"], row["partition"]): row["log_epoch"] for row in rows}


async def last_offsets(clinic: Clinic) -> dict[tuple[str, int], int]:
    """Of the last record in each log, as the broker says it, once each log has a leader: after a start that takes its time."""
    places = all_places()
    async with log_reader(clinic.settings, "faults", places) as reader, asyncio.timeout(UNTIL_LED):
        while True:
            with suppress(KafkaTimeoutError):
                return {tuple(place): end - 1 for place, end in (await reader.end_offsets(places)).items()}


async def highest_offsets(clinic: Clinic) -> dict[tuple[str, int], int]:
    """Of the last record of each log that a relay has marked."""
    rows = await clinic.rows(f"select * from ({LOGS}) as log")
    return {(row["topic"], row["partition"]): row["highest_offset"] for row in rows}


async def noticed_after(clinic: Clinic, before: dict[tuple[str, int], int], within: float) -> str:
    """Seconds until each of these logs was found cut once more."""
    began = time.monotonic()

    async def all_noticed() -> bool:
        now = await log_epochs(clinic)
        return all(now.get(place, epoch) > epoch for place, epoch in before.items())

    await eventually(all_noticed, within)
    return f"{time.monotonic() - began:.1f} s"


def now() -> datetime:
    return SystemClock().now()


class LogLines:
    """Lines that the replicas write, counted from here on."""

    def __init__(self, clinic: Clinic) -> None:
        self._logs = {name: clinic.home.logs / f"{name}.log" for name in clinic.services}
        self._before = self._sizes()

    def most(self) -> int:
        """Of any one process."""
        return max(size - self._before[name] for name, size in self._sizes().items())

    def _sizes(self) -> dict[str, int]:
        return {name: sum(1 for _ in log.open("rb")) for name, log in self._logs.items()}


@asynccontextmanager
async def every(seconds: float, act: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """`act` again and again, as long as the block. What it raises is raised at the end."""

    async def go_on() -> None:
        while True:
            await act()
            await asyncio.sleep(seconds)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
