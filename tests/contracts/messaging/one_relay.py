"""A process that only relays, so that a test may kill it: DATABASE_URL, KAFKA_… as for a service; topics as arguments."""

import asyncio
import sys

from shared.clock import SystemClock
from shared.database import Database
from shared.events.base import Kind
from shared.events.catalogue import Topic
from shared.messaging.relay import Relay
from shared.settings import Settings
from tests.contracts.messaging.relaying import PARTITIONS


async def main(names: list[str]) -> None:
    settings = Settings(environment="development")  # type: ignore[call-arg]  # the environment fills it
    database = await Database.open(settings, "intake", SystemClock())
    topics = {name: Topic(name, Kind.FACT, "intake", (), partitions=PARTITIONS) for name in names}
    await Relay(settings, database, topics).start()
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1:]))
