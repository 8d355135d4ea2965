"""Slows down fetching from a broker that answers "nothing" at once instead of waiting for something.

Apache Kafka holds an empty fetch until a record comes or `fetch_max_wait_ms` is over. An embedded broker that does not
would be asked some three hundred times a second by every idle consumer: a whole core for a clinic at night.
"""

import asyncio
import time
from typing import Any

from aiokafka import AIOKafkaConsumer

LONGEST = 0.2
"""Seconds between two fetches of a consumer that has long heard nothing; the most that an event can wait here."""
SHORTEST = 0.01
SHARE = 0.2
"""The wait grows with the silence: this share of it."""


class Pace:
    """Shared by all consumers of a process: what comes to one is likely to lead to something for another."""

    def __init__(self) -> None:
        self._last_record = time.monotonic()

    def keep(self, consumer: AIOKafkaConsumer) -> None:
        """From now on this consumer waits a little after every fetch that brought nothing."""
        client = consumer._client  # noqa: SLF001 - aiokafka offers no other place between two fetches
        send = client.send

        async def paced(node_id: int, request: Any, **options: Any) -> Any:
            response = await send(node_id, request, **options)
            if type(response).__name__.startswith("FetchResponse"):
                if _brings_records(response):
                    self._last_record = time.monotonic()
                else:
                    await asyncio.sleep(self._wait())
            return response

        client.send = paced

    def _wait(self) -> float:
        return min(LONGEST, max(SHORTEST, SHARE * (time.monotonic() - self._last_record)))


def _brings_records(response: Any) -> bool:
    return any(partition[-1] for _, partitions in response.topics for partition in partitions)
