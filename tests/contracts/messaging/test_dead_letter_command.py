"""What operators see of dead letters, and what is written down when they look inside."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from operations import dead_letters
from shared.keyring.ciphers import ServiceCipher
from tests.contracts.messaging.hearing import hearing, records_of


@pytest.fixture
async def letter(scratch, broker, monkeypatch):
    place = await scratch("intake", "scheduling", "notifications")
    async with hearing(place, broker) as here:
        here.sealer = ServiceCipher.from_settings(place.settings, "intake")
        await here.send([{**records_of(here.model, [1])[0], "value": b"Ada Example"}], partition=0)
        await here.listen()
        await here.passed(1)
        (found,) = await here.dead()
        monkeypatch.setenv("DATABASE_URL", place.dsn)
        monkeypatch.setenv("SEALING_KEY", place.settings.sealing_key.get_secret_value())
        monkeypatch.setattr("operations.place.DATABASE", place.dsn.split("/")[3].split("?")[0])
        yield found


async def _run(*arguments):
    return await asyncio.to_thread(CliRunner().invoke, dead_letters.app, arguments)


async def test_the_list_says_where_and_why(letter):
    (listed,) = json.loads((await _run("list", "--json")).stdout)

    assert listed["id"] == str(letter["id"])
    assert (listed["service"], listed["failure"]) == ("intake", "unreadable:body-invalid")


async def test_the_list_of_another_service_is_empty(letter):
    assert "No dead letters" in (await _run("list", "--service", "scheduling")).stdout


async def test_nothing_inside_is_shown_unasked(letter):
    answer = await _run("show", str(letter["id"]))

    assert "unreadable:body-invalid" in answer.stdout
    assert "Ada" not in answer.output


async def test_who_looks_inside_is_written_down(letter):
    answer = await _run("show", str(letter["id"]), "--reveal", "--json")

    assert json.loads(answer.stdout)["contents"]["value"] == "Ada Example"
    said = json.loads(answer.stderr)
    assert (said["event"], said["dead_letter_id"]) == ("dead_letter_revealed", str(letter["id"]))
    assert said["operator"]
    assert "Ada" not in answer.stderr


async def test_a_letter_that_does_not_exist_is_a_sentence(letter):
    answer = await _run("show", "01900000-0000-7000-8000-00000000dead")

    assert answer.exit_code == 1
    assert "There is no dead letter" in str(answer.exception) + answer.output
