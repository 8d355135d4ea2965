"""A service that hears its topics again: what it has handled has no second effect, what it has lost comes back."""

import asyncio
import importlib
import json
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import typer
from structlog.testing import capture_logs
from typer.testing import CliRunner

from operations.replay import replay
from shared.events.base import Kind
from shared.events.catalogue import Topic
from shared.messaging.consumer import Consumer
from shared.messaging.positions import read_positions
from tests.contracts.messaging.hearing import Hearing, count, hearing, records_of, until

COMMAND = typer.Typer()
COMMAND.command()(replay)
WHY = "a column was filled wrongly"


@asynccontextmanager
async def listening(here: Hearing, handle=None, **options):
    """A consumer that looks now and then, as the service's does."""
    consumer = await here.listen(handle, **options)

    async def look() -> None:
        while True:
            await consumer.notice_moves()
            await asyncio.sleep(0.1)

    looking = asyncio.create_task(look())
    try:
        yield consumer
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


@pytest.fixture
async def here(scratch, broker, monkeypatch):
    place = await scratch("intake")
    async with hearing(place, broker) as here:
        monkeypatch.setenv("DATABASE_URL", place.dsn)
        monkeypatch.setattr("operations.place.DATABASE", place.dsn.split("/")[3].split("?")[0])
        monkeypatch.setattr("operations.replay.reactions_of", lambda _: list(here.reactions(project, repeatable=True)))
        monkeypatch.setitem(
            here_topics(), here.model.topic, Topic(here.model.topic, Kind.FACT, "intake", (), partitions=3)
        )
        await here.own_table("projection (number integer primary key, times integer not null)")
        yield here


def here_topics():
    from operations import replay as command

    return command.TOPICS


async def project(tx, messages, now):
    """A projection that shows how often it was written."""
    await tx.execute(
        """
        insert into projection as known (number, times) select number, 1 from unnest($1::integer[]) as number
            on conflict (number) do update set times = known.times + 1
        """,
        [message.event.number for message in messages],
    )


async def _projection(here: Hearing) -> dict[int, int]:
    return dict(await here.database.pool.fetch("select number, times from projection"))


async def _said(here: Hearing, numbers) -> None:
    """In one partition, one a minute from noon on, and remembered by the outbox of whoever said it."""
    records = records_of(here.model, numbers)
    sent = await here.send(records, partition=1)
    noon = datetime(2026, 6, 15, 18, tzinfo=UTC)
    await here.database.pool.executemany(
        """
        insert into outbox_sent (seq, event_id, recorded_at, lane, topic, key, headers, body, published_at,
                                 "partition", "offset", log_epoch)
        values ($1, $2, $3, 0, $4, '', '{}', '', $3, $5, $6, 0)
        """,
        [
            (
                one.offset,
                dict(record["headers"])["ce_id"].decode(),
                noon + timedelta(minutes=one.offset),
                *one[:2],
                one.offset,
            )
            for record, one in zip(records, sent, strict=True)
        ],
    )


async def _run(*arguments: str):
    with capture_logs():
        return await asyncio.to_thread(
            CliRunner().invoke, COMMAND, ["--service", "intake", "--why", WHY, "--json", *arguments]
        )


async def _from_the_beginning() -> None:
    """As the command does it, without its standard streams, of which a process has only one set."""
    command = importlib.import_module("operations.replay")
    heard = command.reactions_of("intake")
    with capture_logs():
        await command._replayed("intake", command.Start.of("beginning"), heard, [], "one of two", WHY, 60)


async def test_what_was_handled_has_no_second_effect(here):
    await here.send(records_of(here.model, range(40)))
    async with listening(here):
        await here.passed(40)

        answer = await _run("--from", "beginning")

        assert answer.exit_code == 0, answer.output
        assert json.loads(answer.stdout)["records"] == 40
        assert await here.effects() == dict.fromkeys(range(40), 1)


async def test_a_projection_that_was_lost_comes_back(here):
    await here.send(records_of(here.model, range(40)))
    async with listening(here, project):
        await here.passed(40)
        await here.database.pool.execute("delete from projection where number < 20")

        answer = await _run("--from", "beginning", "--forget", "intake.project")

        assert answer.exit_code == 0, answer.output
        assert await _projection(here) == dict.fromkeys(range(20), 1) | dict.fromkeys(range(20, 40), 2)


async def test_an_event_that_was_never_handled_is_handled(here):
    records = records_of(here.model, range(10))
    await here.send(records, partition=0)
    async with listening(here):
        await here.passed(10)
        # As after a restore of some tables: the effects and the memory of them are gone, the position is not.
        lost = [dict(record["headers"])["ce_id"].decode() for record in records[:3]]
        await here.database.pool.execute("delete from inbox where event_id = any ($1::uuid[])", lost)
        await here.database.pool.execute("delete from counted_effect where number < 3")

        await _run("--from", "beginning")

        assert await here.effects() == dict.fromkeys(range(10), 1)


async def test_only_from_an_offset_on(here):
    await _said(here, range(10))
    async with listening(here, project):
        await here.passed(10)

        answer = await _run("--from", "7", "--topic", here.model.topic, "--forget", "intake.project")

        assert json.loads(answer.stdout)["records"] == 3
        assert await _projection(here) == dict.fromkeys(range(7), 1) | dict.fromkeys(range(7, 10), 2)


@pytest.mark.parametrize("start", ["7", "2026-06-15T18:07:00Z"])
async def test_a_projection_forgets_only_what_it_hears_again(here, start):
    await _said(here, range(10))
    async with listening(here, project):
        await here.passed(10)
        answer = await _run("--from", start, "--topic", here.model.topic, "--forget", "intake.project")
        assert json.loads(answer.stdout)["forgot"] == 3

        await _run("--from", "beginning")

        assert await _projection(here) == dict.fromkeys(range(7), 1) | dict.fromkeys(range(7, 10), 2)


async def test_only_what_was_said_since_an_instant(here):
    await _said(here, range(10))
    async with listening(here):
        await here.passed(10)

        answer = await _run("--from", "2026-06-15T18:06:00Z")

        assert json.loads(answer.stdout)["moved"] == [
            {"topic": here.model.topic, "partition": 1, "begins_at": 6, "stood_at": 10}
        ]


async def test_positions_never_go_forward(here):
    await here.send(records_of(here.model, range(10)), partition=0)
    async with listening(here):
        await here.passed(10)

        answer = await _run("--from", "50", "--topic", here.model.topic)

        assert json.loads(answer.stdout)["moved"] == []
        assert await here.database.pool.fetchval("select count(*) from repair") == 0


async def test_two_replays_at_once_amid_traffic_lose_and_double_nothing(here):
    await here.send(records_of(here.model, range(300)))
    async with listening(here, batch=False):
        await here.passed(100)

        await asyncio.gather(
            _from_the_beginning(),
            _from_the_beginning(),
            here.send(records_of(here.model, range(300, 500))),
        )
        await here.passed(500)

        assert await here.effects() == dict.fromkeys(range(500), 1)


async def test_kills_in_the_middle_of_a_replay_lose_and_double_nothing(here):
    await here.send(records_of(here.model, range(200)))
    first = here.member(batch=False)
    await here.passed(200)
    first.kill()
    first.wait()
    await _run("--from", "beginning", "--patience", "1")  # nobody runs, so it is only moved back

    for point in ("before_effect_commit:20", "after_effect_commit:20", "before_effect_commit:5"):
        process = here.member(batch=False, crash_at=point)
        assert await asyncio.to_thread(process.wait, 180) == -signal.SIGKILL
    here.member(batch=False)
    await here.passed(200)

    assert await here.effects() == dict.fromkeys(range(200), 1)
    assert await here.dead() == []


async def test_a_mark_of_a_batch_that_was_passed_makes_nobody_careful_about_what_is_heard_again(here):
    await here.send(records_of(here.model, range(30)), partition=0)
    consumer = await here.listen()
    await here.passed(30)
    await here.stop(consumer)

    await _run("--from", "beginning", "--patience", "1")

    async with here.database.pool.acquire() as connection:
        found = await read_positions(connection, f"intake.{here.model.topic}", here.model.topic, [0])
    assert (found[0].next_offset, found[0].suspect_until) == (0, -1)


async def test_without_the_service_positions_are_moved_and_the_exit_status_says_not_yet(here):
    await here.send(records_of(here.model, range(5)), partition=0)
    consumer = await here.listen()
    await here.passed(5)
    await here.stop(consumer)

    answer = await _run("--from", "beginning", "--patience", "1")

    assert answer.exit_code == 3
    assert await here.database.pool.fetchval('select next_offset from consumer_position where "partition" = 0') == 0


async def test_who_and_why_and_what_stand_on_record(here):
    await here.send(records_of(here.model, range(5)), partition=0)
    async with listening(here, project):
        await here.passed(5)

        answer = await _run("--from", "beginning", "--operator", "grace", "--forget", "intake.project")

        (kept,) = await here.database.pool.fetch("select act, operator, why, facts from repair")
        assert (kept["act"], kept["operator"], kept["why"]) == ("replay", "grace", WHY)
        assert kept["facts"] == {
            "from": 0,
            "moved": [{"topic": here.model.topic, "partition": 0, "begins_at": 0, "stood_at": 5}],
            "forgot": ["intake.project"],
        }
        assert WHY not in answer.stderr


async def test_effects_that_must_not_happen_again_cannot_be_forgotten(here, monkeypatch):
    monkeypatch.setattr("operations.replay.reactions_of", lambda _: list(here.reactions(count)))

    answer = await _run("--from", "beginning", "--forget", "intake.count")

    assert answer.exit_code == 2


@pytest.mark.parametrize("start", ["yesterday", "2026-06-15", "2026-06-15T18:00", "-1", "7"])
async def test_words_that_are_wrong_are_refused(here, start):
    assert (await _run("--from", start)).exit_code == 2


async def test_an_idle_consumer_notices_by_itself(here):
    await here.send(records_of(here.model, range(5)), partition=0)
    consumer: Consumer = await here.listen(project)
    await here.passed(5)
    await here.database.pool.execute("delete from inbox")
    await here.database.pool.execute("update consumer_position set next_offset = 0")

    await consumer.notice_moves()

    async def heard_again() -> bool:
        return await _projection(here) == dict.fromkeys(range(5), 2)

    await until(heard_again)
    assert await here.database.pool.fetchval('select next_offset from consumer_position where "partition" = 0') == 5
