"""The relay when things die around it: its own process, and a broker of the test's own."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from operations.embedded.broker import temporary_broker
from operations.embedded.kafka_jars import temporary_kafka
from shared.messaging import relay_session
from shared.messaging.log_cut import LogCut
from tests.conftest import BrokerAt, MakeScratch
from tests.contracts.messaging.relaying import Relaying, eventually, first_occurrences, numbers_by_key


@pytest.fixture
async def relaying(scratch: MakeScratch, broker: BrokerAt) -> AsyncIterator[Relaying]:
    place = await scratch("intake", kafka_bootstrap_servers=[broker.bootstrap], kafka_broker_kind=broker.kind)
    relaying = Relaying(place.settings, await place.open("intake"))
    await relaying.make_topics()
    yield relaying
    await relaying.stop()
    await relaying.database.close()


def process(relaying: Relaying, **environment: str) -> "subprocess.Popen[bytes]":
    settings = relaying.settings
    return subprocess.Popen(
        [sys.executable, "-m", "tests.contracts.messaging.one_relay", *relaying.topics],
        env=os.environ
        | {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "KAFKA_BOOTSTRAP_SERVERS": ",".join(settings.kafka_bootstrap_servers),
            "KAFKA_BROKER_KIND": settings.kafka_broker_kind,
        }
        | environment,
    )


async def test_a_relay_killed_between_sending_and_marking_repeats_and_loses_nothing(relaying):
    await relaying.say_numbers("clinic/patient", range(20))
    doomed = process(relaying, CRASH_AT="after_publish_before_mark")

    assert await asyncio.to_thread(doomed.wait, 180) == -signal.SIGKILL

    assert await relaying.waiting() == 20
    await relaying.relay()
    await relaying.all_sent()
    numbers = numbers_by_key(await relaying.records())["clinic/patient"]
    assert first_occurrences(numbers) == list(range(20))
    assert len(numbers) > 20


async def test_a_killed_relay_does_not_keep_its_lanes_until_its_leases_end(relaying):
    doomed = process(relaying)
    await relaying.say_numbers("clinic/patient", range(20))
    await relaying.all_sent()
    doomed.kill()
    await asyncio.to_thread(doomed.wait)
    await relaying.say_numbers("clinic/patient", range(20, 40))
    await relaying.database.pool.execute("update relay_lane set leased_until = now() + interval '1 day'")
    await relaying.database.pool.execute("update relay set alive_until = now() + interval '1 day'")

    await relaying.relay()
    await relaying.all_sent()

    assert first_occurrences(numbers_by_key(await relaying.records())["clinic/patient"]) == list(range(40))


async def test_a_loop_that_does_not_end_keeps_nobody_from_starting_anew(relaying, monkeypatch):
    """aiokafka's clients swallow a cancellation while they close: whoever is in the middle of a question never hears it."""
    asks, may_end = asyncio.Event(), asyncio.Event()

    async def deaf(*_: object) -> list[LogCut]:
        asks.set()
        while not may_end.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await may_end.wait()
        return []

    monkeypatch.setattr(relay_session, "LOG_LOOK", 0.01)
    monkeypatch.setattr(relay_session, "find_cuts", deaf)
    try:
        await relaying.say_numbers("clinic/patient", range(5))
        await relaying.relay()
        await relaying.all_sent()
        await asks.wait()
        await relaying.wipe()
        await relaying.say_numbers("clinic/patient", [5])

        await eventually(lambda: _stands_again(relaying, 6))
    finally:
        may_end.set()

    again = [record.number for record in await relaying.records() if record.log_epoch == 1]
    assert first_occurrences(again) == list(range(6))


async def _stands_again(relaying: Relaying, count: int) -> bool:
    return len({record.number for record in await relaying.records() if record.log_epoch == 1}) == count


async def test_a_relay_whose_connections_are_cut_again_and_again_loses_and_disorders_nothing(relaying):
    """The other one takes it for dead each time, while both go on sending."""
    await relaying.relay()
    await relaying.relay()

    for start in range(0, 1000, 50):
        await relaying.say_numbers("clinic/patient", range(start, start + 50))
        await relaying.database.pool.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
        )
        await asyncio.sleep(0.2)
    await relaying.all_sent()

    assert first_occurrences(numbers_by_key(await relaying.records())["clinic/patient"]) == list(range(1000))


async def test_a_relay_that_sleeps_past_its_leases_loses_and_disorders_nothing(relaying):
    """SIGSTOP for longer than a lease, while another relay takes over; then it goes on."""
    sleeper = process(relaying)
    try:
        await relaying.say_numbers("clinic/patient", range(50))
        await relaying.all_sent()
        sleeper.send_signal(signal.SIGSTOP)
        for start in range(50, 1000, 50):
            await relaying.say_numbers("clinic/patient", range(start, start + 50))
        await relaying.relay()
        await relaying.all_sent()
        sleeper.send_signal(signal.SIGCONT)
        await relaying.say_numbers("clinic/patient", range(1000, 1100))
        await relaying.all_sent()
    finally:
        sleeper.kill()
        sleeper.wait()

    assert first_occurrences(numbers_by_key(await relaying.records())["clinic/patient"]) == list(range(1100))


@pytest.mark.usefixtures("broker")  # the mark that has it run on Apache Kafka too
@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "killed"])
async def test_events_wait_for_a_broker_that_is_away_and_keep_their_order(scratch, broker, crash):
    temporary = temporary_kafka if broker.kind == "kafka" else temporary_broker
    async with temporary() as own:
        place = await scratch("intake", kafka_bootstrap_servers=[own.bootstrap], kafka_broker_kind=own.kind.name)
        relaying = Relaying(place.settings, await place.open("intake"))
        await relaying.make_topics()
        await relaying.say_numbers("clinic/patient", range(20))
        relay = await relaying.relay()
        await relaying.all_sent()
        if crash:
            own.kill()
        else:
            await own.stop()

        await relaying.say_numbers("clinic/patient", range(20, 40))
        await asyncio.sleep(3)
        assert await relaying.waiting() == 20
        await own.start()
        await relaying.say_numbers("clinic/patient", range(40, 60))
        await relaying.all_sent()

        async def everything_stands() -> bool:
            """Where the broker lost its tail, what was sent before that was noticed stands first, under the old epoch."""
            records = await relaying.records()
            newest = max((record.log_epoch for record in records), default=0)
            return first_occurrences(r.number for r in records if r.log_epoch == newest) == list(range(60))

        await eventually(everything_stands)
        assert relay.health()["broker"]
        await relaying.stop()
        await relaying.database.close()
