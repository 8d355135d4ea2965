"""A process of the service that only redrives, so that a test may kill it, see forked.py."""

import os
import signal
from typing import Any

from shared.clock import SystemClock
from shared.database import Database
from shared.events.base import Kind, PatientEvent
from shared.messaging.gate import Gate
from shared.messaging.reactions import Reactions
from shared.messaging.redriver import Redriver
from shared.settings import Settings
from tests.contracts.messaging.hearing import CLINIC, PlainSealer, count_one


async def main(asked: dict[str, Any]) -> None:
    class Counted(PatientEvent, topic=asked["topic"], kind=Kind.FACT):
        number: int
        note: str = ""

    async def handle(tx: Any, message: Any, now: Any) -> None:
        if message.event.note == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        await count_one(tx, message, now)

    settings = Settings(environment="development", database_url=asked["database_url"])
    database = await Database.open(settings, "intake", SystemClock())
    reactions = Reactions("intake")
    reactions.on(Counted)(handle)
    redriver = Redriver(database, reactions, PlainSealer(), CLINIC, Gate())
    while await redriver.work():
        pass
    await database.close()
