"""How operators redrive: what they are told, what the exit status says, who and why on record."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from operations import dead_letters
from shared.messaging.redriver import Redriver
from tests.contracts.messaging.hearing import hearing, records_of
from tests.contracts.messaging.redriving import bury, redriver, refuse

WHY = "the column exists now, Ada Example told me"


@pytest.fixture
async def here(scratch, broker, monkeypatch):
    """Two letters of a reaction with a bug and one that cannot be read; no service runs."""
    place = await scratch("intake", "scheduling", "notifications")
    async with hearing(place, broker) as here:
        good, broken, other = records_of(here.model, [1, 2, 3])
        await bury(here, [good, {**broken, "value": b"{"}, other])
        monkeypatch.setenv("DATABASE_URL", place.dsn)
        monkeypatch.setattr("operations.place.DATABASE", place.dsn.split("/")[3].split("?")[0])
        yield here


async def _run(*arguments, service: Redriver | None = None):
    """The command, while the service runs beside it; what that logs is not the command's."""
    with capture_logs():
        at_work = asyncio.create_task(_serve(service)) if service else None
        answer = await asyncio.to_thread(
            CliRunner(env={"COLUMNS": "200"}).invoke, dead_letters.app, ["redrive", *arguments]
        )
        if at_work:
            at_work.cancel()
            await asyncio.gather(at_work, return_exceptions=True)
    return answer


async def _serve(service: Redriver) -> None:
    while True:
        if not await service.work():
            await asyncio.sleep(0.05)


async def test_one_that_is_handled_ends_well(here):
    letter, *_ = await here.dead()

    answer = await _run(str(letter["id"]), "--why", WHY, service=redriver(here))

    assert answer.exit_code == 0
    assert "handled" in answer.stdout
    assert await here.effects() == {1: 1}


async def test_all_of_one_failure_in_one_service(here):
    answer = await _run(
        "--service", "intake", "--failure", "ValueError", "--why", WHY, "--json", service=redriver(here)
    )

    assert answer.exit_code == 0
    assert [one["outcome"] for one in json.loads(answer.stdout)] == ["handled", "handled"]
    assert await here.effects() == {1: 1, 3: 1}


async def test_all_of_them_with_one_that_stays_says_so_by_its_exit_status(here):
    answer = await _run("--all", "--why", WHY, service=redriver(here))

    assert answer.exit_code == 1
    assert "still unreadable" in answer.stdout
    assert await here.effects() == {1: 1, 3: 1}


async def test_what_fails_again_says_with_which_error(here):
    answer = await _run("--failure", "ValueError", "--why", WHY, "--json", service=redriver(here, refuse))

    assert answer.exit_code == 1
    assert {(one["outcome"], one["failure"]) for one in json.loads(answer.stdout)} == {("failed", "ValueError")}
    assert "Ada" not in answer.stdout


async def test_a_dry_run_tells_letter_by_letter(here):
    answer = await _run("--all", "--dry-run", "--why", WHY, "--json", service=redriver(here))

    assert [one["outcome"] for one in json.loads(answer.stdout)] == [
        "would-be-handled",
        "unreadable",
        "would-be-handled",
    ]
    assert await here.effects() == {}


async def test_who_and_why_stand_on_record_and_why_in_no_log(here):
    letter, *_ = await here.dead()

    answer = await _run(str(letter["id"]), "--why", WHY, "--operator", "grace", service=redriver(here))

    (record,) = await here.database.pool.fetch("select act, operator, why from repair")
    assert tuple(record) == ("redrive", "grace", WHY)
    noted = json.loads(answer.stderr.splitlines()[0])
    assert (noted["event"], noted["operator"], noted["count"]) == ("redrive_asked", "grace", 1)
    assert "Ada" not in answer.stderr
    shown = await asyncio.to_thread(
        CliRunner(env={"COLUMNS": "200"}).invoke, dead_letters.app, ["show", str(letter["id"])]
    )
    assert "by grace: handled" in shown.stdout
    assert WHY in shown.stdout


async def test_without_the_service_the_order_stays_and_is_done_later(here):
    letter, *_ = await here.dead()

    answer = await _run(str(letter["id"]), "--why", WHY, "--patience", "1")
    assert answer.exit_code == 3
    assert "waits for the service" in answer.stdout

    await redriver(here).work()
    assert await here.effects() == {1: 1}


async def test_a_letter_that_does_not_exist_is_a_sentence_and_nothing_is_redriven(here):
    letter, *_ = await here.dead()

    answer = await _run(str(letter["id"]), "01900000-0000-7000-8000-00000000dead", "--why", WHY)

    assert answer.exit_code == 1
    assert "There is no dead letter" in str(answer.exception)
    assert await here.database.pool.fetchval("select count(*) from repair") == 0


@pytest.mark.parametrize(
    "arguments", [["--why", WHY], ["--all"], ["--all", "--why", " "], ["--all", "--service", "x", "--why", WHY]]
)
async def test_words_that_are_wrong_are_refused(here, arguments):
    assert (await _run(*arguments)).exit_code == 2


async def test_nothing_to_redrive_is_no_failure(here):
    answer = await _run("--failure", "NoSuchError", "--why", WHY)

    assert answer.exit_code == 0
    assert "Nothing to redrive" in answer.stdout
