"""Kafka may bring an event again, and gives no order between topics: neither changes what comes of it."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events.base import Event
from shared.ids import uuid7
from shared.messaging.reactions import Reactions
from tests.contracts.messaging.hearing import Hearing, hearing, make_topic, records_of, topic_of_its_own

EXAMPLES = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
"""Broker, database and consumer are the same for all examples of a test; each is about a patient of its own."""

Records = list[dict[str, Any]]


@dataclass
class Ear:
    """A consumer that lives through all examples, and how many records it has been sent."""

    here: Hearing
    other: type[Event]
    """A second topic about the same patients."""
    sent: int = 0

    async def hears(self, records: Records) -> None:
        """Returns once all of them are behind it."""
        await self.here.send(records)
        self.sent += len(records)
        await self.here.passed(self.sent)

    async def restarts(self) -> None:
        for consumer in list(self.here.consumers):
            await self.here.stop(consumer)
        await self.here.listen_to(self.reactions(), member="only")

    def reactions(self) -> Reactions:
        reactions = self.here.reactions(remember, batch=False)
        reactions.on(self.other)(remember_also)
        return reactions

    async def effects(self, patient: UUID) -> list[int]:
        return (await self.here.in_order()).get(patient, [])

    async def state(self, patient: UUID) -> int:
        return await self.here.database.pool.fetchval("select version from last_state where patient = $1", patient)


async def remember(tx: Any, message: Any, now: Any) -> None:
    """A fact is counted, a state replaces an older one."""
    patient, number = message.event.patient_id, message.event.number
    await tx.execute("insert into counted_effect (patient, number) values ($1, $2)", patient, number)
    await tx.execute(
        """
        insert into last_state as state values ($1, $2)
        on conflict (patient) do update set version = excluded.version where state.version < excluded.version
        """,
        patient,
        number,
    )


async def remember_also(tx: Any, message: Any, now: Any) -> None:
    await remember(tx, message, now)


@asynccontextmanager
async def listening(place: Any, broker: Any) -> AsyncIterator[Ear]:
    async with hearing(place, broker) as here:
        admin = await asyncpg.connect(place.dsn)
        await admin.execute(
            """
            create table intake.last_state (patient uuid primary key, version integer not null);
            grant all on intake.last_state to chairside_intake;
            """
        )
        await admin.close()
        ear = Ear(here, topic_of_its_own())
        await make_topic(here.settings, ear.other.topic)
        await ear.restarts()
        yield ear


@pytest.fixture
async def ear(scratch, broker) -> AsyncIterator[Ear]:
    async with listening(await scratch("intake"), broker) as ear:
        yield ear


@st.composite
def repeated(draw: Any) -> list[list[int]]:
    """Polls of a key's events: each comes first in its order, and any that have come may come again, at any place."""
    told: list[int] = []
    for number in range(draw(st.integers(1, 8))):
        told += [number, *draw(st.lists(st.integers(0, number), max_size=4))]
    cuts = sorted(draw(st.sets(st.integers(1, len(told)), max_size=3)) | {0, len(told)})
    return [told[begin:end] for begin, end in itertools.pairwise(cuts)]


@EXAMPLES
@given(polls=repeated())
async def test_any_repeats_of_a_keys_events_have_each_effect_once_and_in_order(ear, polls):
    patient = uuid7()
    records = records_of(ear.here.model, range(8), patient=patient)

    for numbers in polls:
        await ear.hears([records[number] for number in numbers])

    assert await ear.effects(patient) == list(range(1 + max(map(max, polls))))


@settings(EXAMPLES, max_examples=8)
@given(polls=repeated())
async def test_the_same_with_a_restart_between_any_two_polls(ear, polls):
    patient = uuid7()
    records = records_of(ear.here.model, range(8), patient=patient)

    for numbers in polls:
        await ear.hears([records[number] for number in numbers])
        await ear.restarts()

    assert await ear.effects(patient) == list(range(1 + max(map(max, polls))))


@EXAMPLES
@given(
    order=st.lists(st.integers(1, 4), min_size=4, max_size=9).filter(lambda order: {*order} == {1, 2, 3, 4}),
    on_other_topic=st.sets(st.integers(1, 4)),
    together=st.booleans(),
)
async def test_disorder_between_topics_ends_in_the_newest_state(ear, order, on_other_topic, together):
    patient = uuid7()
    records = {
        version: records_of(ear.other if version in on_other_topic else ear.here.model, [version], patient=patient)
        for version in range(1, 5)
    }

    if together:
        await ear.hears([record for version in order for record in records[version]])
    else:
        for version in order:
            await ear.hears(records[version])

    assert await ear.state(patient) == 4
    assert sorted(await ear.effects(patient)) == [1, 2, 3, 4]
