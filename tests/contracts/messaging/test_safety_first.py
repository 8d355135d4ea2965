"""A risk to a life goes to Kafka first, whatever else waits in the outbox."""

from collections.abc import AsyncIterator

import pytest

from shared.messaging import relay_session
from tests.conftest import BrokerAt, MakeScratch
from tests.contracts.messaging.relaying import Relaying, alarms_of_its_own, event, eventually, numbers_by_key

KEY = "clinic/patient"
BACKLOG = 200_000


class Alarmed(Relaying):
    """With a second topic, for alarms."""

    @property
    def alarms(self) -> str:
        return next(name for name, topic in self.topics.items() if topic.safety)

    async def raise_alarm(self, number: int = 1) -> None:
        await self.say(event(self.alarms, KEY, number, safety=True))

    async def alarms_sent(self, count: int) -> None:
        async def so_many() -> bool:
            return await self.sent(self.alarms) == count

        await eventually(so_many)

    async def sent(self, topic: str) -> int:
        return await self.database.pool.fetchval("select count(*) from outbox_sent where topic = $1", topic)

    async def say_many(self, count: int) -> None:
        """A backlog of ordinary events, a thousand keys, as one statement."""
        async with self.database.transaction() as tx:
            await tx.execute("set local statement_timeout = 0")
            await tx.connection.execute(
                """
                insert into outbox_waiting (event_id, recorded_at, lane, topic, key, headers, body)
                select id, now(), n % 64, $2, 'clinic/' || n % 1000, jsonb_build_object('ce_id', id), n::text::bytea
                  from (select n, gen_random_uuid() as id from generate_series(1, $1) as n) as numbered
                """,
                count,
                self.topic,
                timeout=120,
            )


@pytest.fixture
async def relaying(scratch: MakeScratch, broker: BrokerAt) -> AsyncIterator[Alarmed]:
    place = await scratch("intake", kafka_bootstrap_servers=[broker.bootstrap], kafka_broker_kind=broker.kind)
    relaying = Alarmed(place.settings, await place.open("intake"))
    relaying.topics |= alarms_of_its_own()
    await relaying.make_topics()
    yield relaying
    await relaying.stop()
    await relaying.database.close()


async def test_a_risk_raised_during_a_long_backlog_does_not_wait_for_its_end(relaying):
    await relaying.say_many(BACKLOG)
    await relaying.relay()

    async def under_way() -> bool:
        return await relaying.waiting() < BACKLOG

    await eventually(under_way)
    await relaying.raise_alarm()

    async def alarm_stands() -> bool:
        nonlocal left
        sent, left = await relaying.database.pool.fetchrow(
            """
            select (select count(*) from outbox_sent where topic = $1), (select count(*) from outbox_waiting)
            """,
            relaying.alarms,
        )
        return sent == 1

    left = 0
    await eventually(alarm_stands)

    assert left > 0


async def test_a_risk_goes_while_the_relay_has_all_the_rows_in_hand_that_it_may(relaying, monkeypatch):
    monkeypatch.setattr(relay_session, "MOST_IN_HAND", 0)
    await relaying.say_numbers(KEY, range(3))
    await relaying.relay()

    await relaying.raise_alarm()

    await relaying.alarms_sent(1)
    assert await relaying.sent(relaying.topic) == 0


async def test_a_risk_is_not_held_back_by_a_row_of_its_patient_that_cannot_be_sent(relaying):
    await relaying.say(event("nobody-declared-this", KEY, 1))
    await relaying.say_numbers(KEY, [2])
    await relaying.relay()

    async def parked() -> bool:
        return bool(await relaying.database.pool.fetchval("select count(*) from outbox where parked_at is not null"))

    await eventually(parked)
    await relaying.raise_alarm()

    await relaying.alarms_sent(1)
    assert await relaying.sent(relaying.topic) == 0


async def test_a_risk_is_not_held_back_by_an_earlier_one_that_cannot_be_sent(relaying):
    await relaying.raise_alarm(1)
    await relaying.database.pool.execute("update outbox_waiting set headers = '[]'")
    await relaying.raise_alarm(2)
    await relaying.say_numbers(KEY, [3])
    await relaying.relay()

    await relaying.all_sent()

    assert sorted(numbers_by_key(await relaying.records())[KEY]) == [2, 3]


async def test_risks_that_a_cut_log_lost_go_first_again(relaying, monkeypatch):
    await relaying.raise_alarm()
    relay = await relaying.relay()
    await relaying.all_sent()
    await relay.stop()
    await relaying.wipe()
    monkeypatch.setattr(relay_session, "MOST_IN_HAND", 0)
    await relaying.say_numbers(KEY, range(3))

    await relaying.relay()

    async def again() -> bool:
        return [stands.log_epoch for stands in await relaying.records()] == [1]

    await eventually(again)
    assert await relaying.sent(relaying.topic) == 0
