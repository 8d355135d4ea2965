"""The three services over one real database, without Kafka: commands go in, events come out of the outboxes."""

import asyncpg

from services.intake.app import SERVICE as INTAKE
from services.notifications.app import SERVICE as NOTIFICATIONS
from services.scheduling.app import SERVICE as SCHEDULING
from shared.clock import FixedClock
from shared.database import Database
from shared.keyring import Keyring
from shared.messaging.reactions import Reaction
from shared.service import Service
from tests.conftest import NOON, Scratch

SERVICES: dict[str, Service] = {service.name: service for service in (INTAKE, SCHEDULING, NOTIFICATIONS)}
REACTIONS: dict[str, dict[str, Reaction]] = {
    name: {reaction.model.topic: reaction for part in service.reactions for reaction in part}
    for name, service in SERVICES.items()
}
"""Of each service: topic → what it does when it hears of it."""

# What is tried here is what is written, not what survives the loss of the machine.
_DO_NOT_WAIT_FOR_THE_DISK = """
    do $$ begin execute format('alter database %I set synchronous_commit to off', current_database()); end $$
"""


class House:
    """Where journeys happen. One clock for all."""

    def __init__(self, place: Scratch, databases: dict[str, Database], keyring: Keyring, clock: FixedClock) -> None:
        self.settings = place.settings
        self.clock = clock
        self.keyring = keyring
        self._databases = databases

    def __getitem__(self, service: str) -> Database:
        return self._databases[service]

    @classmethod
    async def open(cls, place: Scratch) -> "House":
        owner = await asyncpg.connect(place.dsn)
        try:
            await owner.execute(_DO_NOT_WAIT_FOR_THE_DISK)
        finally:
            await owner.close()
        clock = FixedClock(NOON)
        databases = {name: await place.open(name, clock) for name in SERVICES}
        return cls(place, databases, await Keyring.open(place.settings, clock), clock)

    async def close(self) -> None:
        await self.keyring.close()
        for database in self._databases.values():
            await database.close()
