"""One consumer in a process of its own, to be killed and stopped by tests, see forked.py.

It counts each event by plain inserts. With `inbox` off nothing absorbs repeats, so only positions keep the count right.
"""

import asyncio
import os
import signal
from typing import Any
from uuid import UUID

from shared.clock import SystemClock
from shared.database import Database, Transaction
from shared.events.base import Kind, PatientEvent
from shared.messaging import effects
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Received
from shared.messaging.inbox import take
from shared.messaging.reactions import Reactions, Together
from shared.settings import Settings
from tests.contracts.messaging.hearing import PlainSealer, count


async def without_inbox(tx: Transaction, reaction: Any, moves: Any, events: list[UUID], tries: int) -> set[UUID]:
    """In the place of `effects.take`: every event is new."""
    await take(tx, reaction, moves, [], tries)
    return set(events)


async def main(asked: dict[str, Any]) -> None:
    class Counted(PatientEvent, topic=asked["topic"], kind=Kind.FACT):
        number: int
        note: str = ""

    if not asked.get("inbox", True):
        effects.take = without_inbox

    async def handle_all(tx: Transaction, messages: list[Received[Any]], now: Any) -> None:
        for message in messages:
            if message.event.note == "deadly":
                os.kill(os.getpid(), signal.SIGKILL)
        if asked.get("slow"):
            await asyncio.sleep(asked["slow"])
        await count(tx, messages, now)

    async def handle_one(tx: Transaction, message: Received[Any], now: Any) -> None:
        await handle_all(tx, [message], now)

    settings = Settings(
        environment="development",
        database_url=asked["database_url"],
        kafka_bootstrap_servers=[asked["bootstrap"]],
        kafka_broker_kind=asked["kind"],
        kafka_client_name=asked["member"],
    )
    database = await Database.open(settings, "intake", SystemClock())
    reactions = Reactions("intake")
    if asked["batch"]:
        reactions.on_batch(Counted)(handle_all)
    else:
        together = Together(handle_all, fits=lambda _: True) if asked.get("together") else None
        reactions.on(Counted, together=together)(handle_one)
    consumer = Consumer(settings, database, reactions, PlainSealer())
    await consumer.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await consumer.stop()
    await database.close()
