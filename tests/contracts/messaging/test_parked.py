"""Events that cannot be sent: released they go, set aside they are dead letters, and their key flows on."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from operations import outbox
from shared.events.base import Kind
from shared.events.catalogue import TOPICS, Topic
from shared.ids import uuid7
from shared.messaging.gate import Gate
from shared.messaging.parked import set_aside_next
from shared.messaging.reactions import Reactions
from shared.messaging.redrive_orders import ask
from shared.messaging.redriver import Redriver
from shared.messaging.relay import Relay
from tests.contracts.messaging.hearing import CLINIC, PlainSealer
from tests.contracts.messaging.redriving import outcomes
from tests.contracts.messaging.relaying import PARTITIONS, Relaying, event, eventually, numbers_by_key

LETTERS = "intake-dead-letters"
WHY = "declared in the new release"


@pytest.fixture
def unknown() -> str:
    """A topic that nobody declares, nor has made on the broker for another test."""
    return f"nobody-declared-{uuid7().hex}"


@pytest.fixture
async def stuck(scratch, broker, monkeypatch, unknown):
    """The second event of a key cannot be sent, and the third waits behind it."""
    place = await scratch(
        "intake",
        "scheduling",
        "notifications",
        kafka_bootstrap_servers=[broker.bootstrap],
        kafka_broker_kind=broker.kind,
    )
    monkeypatch.setenv("DATABASE_URL", place.dsn)
    monkeypatch.setattr("operations.place.DATABASE", place.dsn.split("/")[3].split("?")[0])
    relaying = Relaying(place.settings, await place.open("intake"))
    await relaying.make_topics()
    relay = Relay(relaying.settings, relaying.database, {**relaying.topics, LETTERS: TOPICS[LETTERS]})
    relaying.relays.append(relay)
    await relay.start()
    await relaying.say(event(relaying.topic, "stuck", 1), event(unknown, "stuck", 2), event(relaying.topic, "stuck", 3))
    await eventually(lambda: _parked(relay))
    yield relaying
    await relaying.stop()
    await relaying.database.close()


async def _parked(relay: Relay) -> bool:
    return relay.health()["parked"] == 1


async def _number(relaying: Relaying) -> str:
    return str(await relaying.database.pool.fetchval("select seq from outbox_waiting where parked_at is not null"))


async def _run(*arguments: str):
    with capture_logs():
        return await asyncio.to_thread(CliRunner().invoke, outbox.app, arguments)


async def _set_aside(relaying: Relaying) -> None:
    """The service's part, until the operator's wish was met."""
    while True:
        async with relaying.database.transaction() as tx:
            if await set_aside_next(tx, PlainSealer(), CLINIC):
                return
        await asyncio.sleep(0.05)


async def _set_aside_by_command(relaying: Relaying):
    number = await _number(relaying)
    answer, _ = await asyncio.gather(
        _run("set-aside", number, "--service", "intake", "--why", WHY, "--operator", "grace"), _set_aside(relaying)
    )
    return answer


async def test_the_list_and_health_say_which_and_why(stuck, unknown):
    (listed,) = json.loads((await _run("list", "--json")).stdout)

    assert (listed["service"], listed["topic"], listed["why"], listed["behind"]) == (
        "intake",
        unknown,
        "topic-unknown",
        1,
    )
    assert stuck.relays[0].health()["parked_rows"] == [
        {"number": listed["seq"], "topic": unknown, "why": "topic-unknown"}
    ]


async def test_released_after_the_cause_is_gone_it_goes_and_what_waited_behind_it(stuck, unknown):
    await stuck.stop()
    stuck.topics[unknown] = Topic(unknown, Kind.FACT, "intake", (), partitions=PARTITIONS)
    await stuck.make_topics()
    await stuck.relay()

    answer = await _run("release", "--all", "--service", "intake", "--why", WHY, "--operator", "grace")

    assert answer.exit_code == 0, answer.output
    await stuck.all_sent()
    assert sorted(numbers_by_key(await stuck.records())["stuck"]) == [1, 2, 3]
    kept = await stuck.database.pool.fetchrow("select act, operator, why from repair")
    assert tuple(kept) == ("release", "grace", WHY)
    assert WHY not in answer.stderr


async def test_released_too_early_it_is_parked_again_and_the_exit_status_says_so(stuck):
    answer = await _run("release", await _number(stuck), "--service", "intake", "--why", WHY)

    assert answer.exit_code == 1
    assert "topic-unknown" in answer.stdout


async def test_set_aside_it_is_a_dead_letter_and_its_key_flows_on(stuck, unknown):
    answer = await _set_aside_by_command(stuck)

    assert answer.exit_code == 0, answer.output
    await stuck.all_sent()
    assert numbers_by_key(await stuck.records()) == {"stuck": [1, 3]}
    letter = await stuck.database.pool.fetchrow("select * from dead_letter")
    assert str(letter["id"]) in answer.stdout
    assert (letter["handler"], letter["topic"], letter["failure"]) == ("intake.relay", unknown, "topic-unknown")
    assert b"stuck" not in letter["sealed_key"]
    told = await stuck.database.pool.fetchval("select body from outbox where topic = 'intake-dead-letters'")
    assert json.loads(told)["dead_letter_id"] == str(letter["id"])
    kept = await stuck.database.pool.fetchrow("select act, operator, why from repair")
    assert tuple(kept) == ("set-aside", "grace", WHY)


async def test_a_row_that_was_set_aside_can_be_brought_back_and_set_aside_again(stuck):
    before = await stuck.database.pool.fetchrow("select * from outbox_waiting where parked_at is not null")
    await _set_aside_by_command(stuck)

    assert await _redrive(stuck) == ["handled"]

    await eventually(lambda: _parked_in_table(stuck))
    after = await stuck.database.pool.fetchrow("select * from outbox_waiting where parked_at is not null")
    for column in ("seq", "event_id", "recorded_at", "lane", "topic", "key", "headers", "body", "safety"):
        assert after[column] == before[column]
    assert (await _set_aside_by_command(stuck)).exit_code == 0
    assert await stuck.database.pool.fetchval("select count(*) from dead_letter") == 2


async def test_two_services_set_a_row_aside_once(stuck):
    number = await _number(stuck)
    asked = asyncio.create_task(_run("set-aside", number, "--service", "intake", "--why", WHY))

    async def serve() -> None:
        while not asked.done():
            async with stuck.database.transaction() as tx:
                await set_aside_next(tx, PlainSealer(), CLINIC)
            await asyncio.sleep(0.01)

    await asyncio.gather(asked, serve(), serve())

    assert await stuck.database.pool.fetchval("select count(*) from dead_letter") == 1


async def test_without_the_service_nothing_vanishes(stuck):
    answer = await _run("set-aside", await _number(stuck), "--service", "intake", "--why", WHY, "--patience", "1")

    assert answer.exit_code == 3
    assert await stuck.database.pool.fetchval("select count(*) from outbox_waiting where parked_at is not null") == 1


@pytest.mark.parametrize("act", ["release", "set-aside"])
async def test_what_is_not_parked_is_a_sentence_and_nothing_changes(stuck, act):
    waits = await stuck.database.pool.fetchval("select seq from outbox_waiting where parked_at is null")

    answer = await _run(act, str(waits), await _number(stuck), "--service", "intake", "--why", WHY)

    assert answer.exit_code == 1
    assert f"Not parked in intake: {waits}" in str(answer.exception)
    assert await stuck.database.pool.fetchval("select count(*) from repair") == 0


async def _parked_in_table(relaying: Relaying) -> bool:
    return await relaying.database.pool.fetchval(
        "select exists (select from outbox_waiting where parked_at is not null)"
    )


async def _redrive(relaying: Relaying) -> list[str | None]:
    async with relaying.database.pool.acquire() as connection, connection.transaction():
        letters = [row["id"] for row in await connection.fetch("select id from dead_letter where redriven_at is null")]
        repair_id = await ask(connection, "intake", letters, dry_run=False, operator="grace", why=WHY)
    redriver = Redriver(relaying.database, Reactions("intake"), PlainSealer(), CLINIC, Gate())
    while await redriver.work():
        pass
    return await outcomes(relaying, repair_id)
