"""From an outbox through relay, broker and consumer to an effect: what the two halves promise together."""

import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from operations.embedded.broker import temporary_broker
from operations.embedded.kafka_jars import temporary_kafka
from shared.clock import SystemClock
from shared.events.base import Kind
from shared.events.catalogue import Topic
from shared.messaging.cause import Cause
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Sent, seal
from shared.messaging.relay import Relay
from tests.conftest import BrokerAt
from tests.contracts.messaging.hearing import CLINIC, PARTITIONS, Hearing, Thing, hearing
from tests.contracts.messaging.relaying import Relaying, eventually


@dataclass
class BothEnds:
    """One topic that a service says and hears itself."""

    saying: Relaying
    hearing: Hearing

    async def say(self, patient: UUID, numbers: Iterable[int], *, note: str = "") -> None:
        """One transaction, an event for each number."""
        await self.saying.say(*(self.event(patient, number, note) for number in numbers))

    async def relay(self) -> Relay:
        return await self.saying.relay()

    async def listen(self, **options: Any) -> Consumer:
        return await self.hearing.listen(**options)

    async def heard(self, expected: dict[UUID, int], seconds: float = 120) -> None:
        """Returns once every patient's events have had as many effects as were said; one too many is found here too."""

        async def all_heard() -> bool:
            return await self._effects() >= sum(expected.values())

        await self.saying.all_sent(seconds)
        await eventually(all_heard, seconds)

    def event(self, patient: UUID, number: int, note: str = "") -> Sent:
        """The `number`-th of a patient."""
        event = self.hearing.model.model_validate(
            {"clinic_id": CLINIC, "patient_id": patient, "number": number, "note": note}
        )
        about, now = Thing(patient, number + 1), SystemClock().now()
        return seal(event, of=about, service="intake", now=now, cause=Cause("story", "before"))

    async def _effects(self) -> int:
        return await self.hearing.database.pool.fetchval("select count(*) from counted_effect")


@asynccontextmanager
async def both_ends(place: Any, broker: BrokerAt) -> AsyncIterator[BothEnds]:
    async with hearing(place, broker) as here:
        name = here.model.topic
        saying = Relaying(
            here.settings, here.database, {name: Topic(name, Kind.FACT, "intake", (), partitions=PARTITIONS)}
        )
        try:
            yield BothEnds(saying, here)
        finally:
            await saying.stop()


@asynccontextmanager
async def broker_of_its_own(kind: str) -> AsyncIterator[Any]:
    """One that a test may stop, kill and rob of its data; of the same kind as the one of the run."""
    async with (temporary_kafka if kind == "kafka" else temporary_broker)() as own:
        yield own


def keep_copy(own: Any, at: Path) -> None:
    """Of the data of a broker that is stopped."""
    shutil.copytree(own.folder, at)


def put_back(own: Any, copy: Path | None) -> None:
    """The data of a stopped broker are those of the copy again, or none at all."""
    for kept in own.folder.iterdir():
        shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    if copy is not None:
        shutil.copytree(copy, own.folder, dirs_exist_ok=True)
