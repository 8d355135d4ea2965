"""A transaction: state, events and announcements, all or nothing."""

import asyncio
import json
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest

from shared.database.failures import Contended
from shared.events.risk import RiskLevel, RiskRaised, SeenIn
from shared.ids import uuid7
from shared.messaging.cause import Cause, current_cause
from shared.messaging.outbox import LARGEST_RECORD, EventTooLarge, lane_of
from tests.conftest import NOON


@dataclass(frozen=True)
class Flag:
    id: UUID
    version: int


@pytest.fixture
async def database(scratch):
    place = await scratch("intake")
    database = await place.open("intake")
    yield database
    await database.close()


def risk(reference: str = "TSC-AAAAAA") -> RiskRaised:
    return RiskRaised(
        clinic_id=uuid7(),
        patient_id=uuid7(),
        risk_id=uuid7(),
        level=RiskLevel.UNASSESSED,
        seen_in=SeenIn.REQUEST,
        reference=reference,
        raised_at=NOON,
    )


async def outbox(database) -> list[asyncpg.Record]:
    async with database.transaction() as tx:
        return await tx.fetch("select * from outbox order by seq")


async def roll_back(database, work) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            work(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()


async def drop(tx, event) -> None:
    async with tx.savepoint():
        tx.emit(event, of=Flag(uuid7(), 1))
        raise ZeroDivisionError


async def test_an_event_is_written_with_its_envelope_and_lane(database):
    event, flag = risk(), Flag(uuid7(), 3)

    async with database.transaction() as tx:
        tx.emit(event, of=flag)

    (row,) = await outbox(database)
    headers = json.loads(row["headers"])
    assert row["topic"] == "risk-raised"
    assert row["key"] == f"{event.clinic_id}/{event.patient_id}"
    assert row["lane"] == lane_of(row["key"])
    assert headers["ce_type"] == "risk-raised.v1"
    assert headers["ce_subject"] == str(flag.id)
    assert headers["ce_subjectversion"] == "3"
    assert headers["ce_time"] == NOON.isoformat()
    assert RiskRaised.model_validate_json(row["body"]) == event


async def test_what_led_here_is_named_as_the_cause(database):
    token = current_cause.set(
        Cause("the-story", "the-event", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    )
    try:
        async with database.transaction() as tx:
            tx.emit(risk(), of=Flag(uuid7(), 1))
    finally:
        current_cause.reset(token)

    headers = json.loads((await outbox(database))[0]["headers"])
    assert (headers["ce_correlationid"], headers["ce_causationid"]) == ("the-story", "the-event")
    assert headers["traceparent"].startswith("00-0af7")


async def test_a_rolled_back_transaction_says_nothing(database):
    woken = []
    database.on_outbox = lambda: woken.append(1)

    await roll_back(database, lambda tx: tx.emit(risk(), of=Flag(uuid7(), 1)))

    assert await outbox(database) == []
    assert woken == []


async def test_the_relay_is_woken_after_the_commit_and_only_for_events(database):
    seen = []
    database.on_outbox = lambda: seen.append(1)

    async with database.transaction() as tx:
        await tx.execute("select 1")
    assert seen == []

    async with database.transaction() as tx:
        tx.emit(risk(), of=Flag(uuid7(), 1))
    assert seen == [1]


async def test_events_said_under_a_savepoint_are_dropped_with_it(database):
    async with database.transaction() as tx:
        tx.emit(risk("TSC-KEPTAA"), of=Flag(uuid7(), 1))
        with pytest.raises(ZeroDivisionError):
            await drop(tx, risk("TSC-DRPPED"))
        async with tx.savepoint():
            tx.emit(risk("TSC-KEPTTT"), of=Flag(uuid7(), 1))

    kept = [RiskRaised.model_validate_json(row["body"]).reference for row in await outbox(database)]
    assert kept == ["TSC-KEPTAA", "TSC-KEPTTT"]


async def test_an_event_that_kafka_would_refuse_is_refused_before_the_commit(database):
    with pytest.raises(EventTooLarge):
        async with database.transaction() as tx:
            tx.emit(risk("x" * (LARGEST_RECORD + 1)), of=Flag(uuid7(), 1))

    assert await outbox(database) == []


async def test_changes_are_announced_once_a_scope_and_only_by_a_commit(database, scratch):
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with database.pool.acquire() as listener:
        await listener.add_listener("changed", lambda *arguments: heard.put_nowait(arguments[3]))
        await roll_back(database, lambda tx: tx.changed("board"))
        async with database.transaction() as tx:
            tx.changed("inbox", "inbox")
            tx.changed("inbox")

        assert await asyncio.wait_for(heard.get(), 60) == "intake:inbox"
        await asyncio.sleep(0.05)
        assert heard.empty()
        await listener.reset()


async def test_who_waits_in_vain_can_go_on_in_the_same_transaction(database):
    async with database.transaction() as holder, database.transaction() as tx:
        await holder.execute("select pg_advisory_xact_lock(1)")
        await tx.execute("set local lock_timeout = '50ms'")

        with pytest.raises(Contended):
            async with tx.patiently():
                await tx.execute("select pg_advisory_xact_lock(1)")

        assert await tx.fetchval("select 1") == 1
