"""Reactions that fail: the row's own fault ends in a dead letter, the place's fault never does."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from shared.events.consultation import ConsultationWaitlisted
from shared.events.values import DecidedBy
from shared.ids import uuid7
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import reveal_dead_letter
from tests.contracts.messaging.hearing import (
    CLINIC,
    Thing,
    count,
    count_one,
    hearing,
    make_topic,
    records_of,
    topic_of_its_own,
)


@pytest.mark.parametrize("batch", [True, False])
async def test_one_row_that_cannot_be_handled_stops_no_other(scratch, broker, batch):
    tried = []

    async def picky(tx, messages, now):
        for message in messages if batch else [messages]:
            tried.append(message.event.number)
            if message.event.number == 13:
                raise ValueError(f"not {message.event.number}, said Ada Example")
            await count_one(tx, message, now)

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(40)))
        await here.listen(picky, batch=batch)

        await here.passed(40)

        assert await here.effects() == {number: 1 for number in range(40) if number != 13}
        (letter,) = await here.dead()
        assert (letter["failure"], letter["tries"]) == ("ValueError", 3)
        assert tried.count(13) >= 3
        async with here.database.transaction() as tx:
            inside = await reveal_dead_letter(tx.connection, letter["id"], here.sealer)
        assert inside.error is not None
        assert "said Ada Example" in inside.error


@pytest.mark.parametrize("batch", [True, False])
async def test_a_row_that_succeeds_at_the_second_try_is_no_dead_letter(scratch, broker, batch):
    tries = 0

    async def moody(tx, messages, now):
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ValueError
        await (count(tx, messages, now) if batch else count_one(tx, messages, now))

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, [1]))
        await here.listen(moody, batch=batch)

        await here.passed(1)

        assert await here.effects() == {1: 1}
        assert await here.dead() == []


async def test_a_statement_that_breaks_the_transaction_breaks_only_its_row(scratch, broker):
    async def strict(tx, messages, now):
        for message in messages:
            await tx.execute("select 1 / ($1::integer - 13)", message.event.number)
            await count_one(tx, message, now)

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(10, 20)), partition=0)
        await here.listen(strict)

        await here.passed(10)

        assert sorted(await here.effects()) == [10, 11, 12, 14, 15, 16, 17, 18, 19]
        (letter,) = await here.dead()
        assert letter["failure"] == "DivisionByZeroError:22012"


async def test_what_a_broken_row_said_is_never_heard(scratch, broker):
    async def talkative(tx, messages, now):
        for message in messages:
            tx.emit(_waitlisted(str(message.event.number)), of=Thing(uuid7()))
            if message.event.number == 13:
                raise ValueError

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, [12, 13, 14]), partition=0)
        await here.listen(talkative)

        await here.passed(3)

        said = [bytes(row["body"]).decode() for row in await here.said("consultation-waitlisted")]
        assert len(said) == 2
        assert not any('"reference":"13"' in body for body in said)


async def test_what_is_said_names_its_cause(scratch, broker):
    async def talkative(tx, message, now):
        tx.emit(_waitlisted("x"), of=Thing(uuid7()))

    async with hearing(await scratch("intake"), broker) as here:
        (record,) = records_of(here.model, [1])
        await here.send([record])
        await here.listen(talkative, batch=False)

        await here.passed(1)

        (row,) = await here.said("consultation-waitlisted")
        headers = json.loads(row["headers"])
        assert headers["ce_correlationid"] == "story"
        assert headers["ce_causationid"] == dict(record["headers"])["ce_id"].decode()


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionResetError(), asyncpg.DeadlockDetectedError("x")])
@pytest.mark.parametrize("batch", [True, False])
async def test_a_place_that_is_unwell_is_waited_for_and_never_counted(scratch, broker, error, batch):
    tries = 0

    async def unlucky(tx, messages, now):
        nonlocal tries
        tries += 1
        if tries <= 4:
            raise error
        await (count(tx, messages, now) if batch else count_one(tx, messages, now))

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, [1]))
        await here.listen(unlucky, batch=batch)

        await here.passed(1)

        assert await here.effects() == {1: 1}
        assert await here.dead() == []


async def test_killed_back_ends_cost_nothing(scratch, broker):
    place = await scratch("intake")
    async with hearing(place, broker) as here:
        await here.listen(batch=False)
        admin = await asyncpg.connect(place.dsn)
        for start in range(0, 300, 30):
            await here.send(records_of(here.model, range(start, start + 30)))
            await admin.execute(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                 where usename = 'chairside_intake' and datname = current_database()
                """
            )
            await asyncio.sleep(0.1)
        await admin.close()

        await here.passed(300)

        assert await here.effects() == dict.fromkeys(range(300), 1)
        assert await here.dead() == []


async def test_failure_at_the_very_end_of_a_transaction_is_traced_to_its_row(scratch, broker):
    place = await scratch("intake")
    async with hearing(place, broker) as here:
        admin = await asyncpg.connect(place.dsn)
        await admin.execute(
            """
            create table intake.promised (number integer unique deferrable initially deferred);
            grant all on intake.promised to chairside_intake;
            insert into intake.promised values (13);
            """
        )
        await admin.close()

        async def promise(tx, messages, now):
            for message in messages:
                await tx.execute("insert into promised (number) values ($1)", message.event.number)

        await here.send(records_of(here.model, range(10, 16)), partition=0)
        await here.listen(promise)

        await here.passed(6)

        promised = await here.database.pool.fetch("select number from promised order by number")
        assert [row["number"] for row in promised] == [10, 11, 12, 13, 14, 15]
        (letter,) = await here.dead()
        assert (letter["offset"], letter["failure"]) == (3, "UniqueViolationError:23505")


async def test_history_from_before_a_reaction_had_effect_is_remembered_without_it(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, [1]))
        await here.listen(effective_from=datetime.now(UTC) + timedelta(hours=1))

        await here.passed(1)

        assert await here.effects() == {}
        assert await here.database.pool.fetchval("select count(*) from inbox") == 1


async def test_stopping_while_the_place_is_unwell_does_not_hang(scratch, broker):
    tried = asyncio.Event()

    async def away(tx, messages, now):
        tried.set()
        raise ConnectionResetError

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, [1]))
        consumer = await here.listen(away)
        await asyncio.wait_for(tried.wait(), 60)

        async with asyncio.timeout(60):
            await here.stop(consumer)

        await here.listen()
        await here.passed(1)
        assert await here.effects() == {1: 1}


async def test_a_safety_event_is_heard_while_everything_else_is_stuck(scratch, broker):
    released = asyncio.Event()
    stuck = asyncio.Event()

    async def wait(tx, message, now):
        stuck.set()
        await released.wait()

    async with hearing(await scratch("intake"), broker, safety=True) as here:
        ordinary = topic_of_its_own()
        await make_topic(here.settings, ordinary.topic)
        reactions = here.reactions()
        reactions.on(ordinary)(wait)
        consumer = Consumer(here.settings, here.database, reactions, here.sealer)
        here.consumers.append(consumer)
        await here.send(records_of(ordinary, range(50)))
        await consumer.start()
        await asyncio.wait_for(stuck.wait(), 60)

        await here.send(records_of(here.model, [1]))
        await here.passed(1)

        assert await here.effects() == {1: 1}
        released.set()


def _waitlisted(reference):
    return ConsultationWaitlisted(
        clinic_id=CLINIC,
        patient_id=uuid7(),
        consultation_id=uuid7(),
        request_id=uuid7(),
        reference=reference,
        by=DecidedBy.SYSTEM,
    )
