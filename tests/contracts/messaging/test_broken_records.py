"""Records that cannot be read become dead letters with all their bytes, and the partition moves on."""

import asyncio
import json
import signal
from uuid import UUID

import pytest

from shared.messaging.dead_letters import reveal_dead_letter
from tests.contracts.messaging.hearing import Hearing, hearing, records_of


def _header(record, name, value):
    record["headers"] = [(key, value if key == name else old) for key, old in record["headers"]]
    return record


def _without(record, name):
    record["headers"] = [(key, value) for key, value in record["headers"] if key != name]
    return record


BROKEN = {
    "body-invalid": lambda record: {**record, "value": b"\xff{not json"},
    "body-missing": lambda record: {**record, "value": None},
    "header-missing:ce_id": lambda record: _header(record, "ce_id", b"\xff\xfe"),  # not UTF-8: as good as absent
    "header-missing:ce_subject": lambda record: _without(record, "ce_subject"),
    "header-invalid": lambda record: _header(record, "ce_subjectversion", b"many"),
    "type-unknown": lambda record: _header(record, "ce_type", b"something-else.v1"),
    "major-version-unknown": lambda record: _header(
        record, "ce_type", dict(record["headers"])["ce_type"].replace(b".v1", b".v2")
    ),
    "type-missing": lambda record: {**record, "headers": []},
}


async def _hear_one_broken(here: Hearing, broken: dict, *, batch: bool):
    good = records_of(here.model, [1, 2])
    await here.send([good[0], broken, good[1]], partition=0)
    await here.listen(batch=batch)
    await here.passed(3)
    assert await here.effects() == {1: 1, 2: 1}
    (letter,) = await here.dead()
    return letter


@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize("reason", BROKEN)
async def test_a_broken_record_is_kept_whole_and_the_others_go_on(scratch, broker, reason, batch):
    async with hearing(await scratch("intake"), broker) as here:
        broken = BROKEN[reason](records_of(here.model, [13])[0])

        letter = await _hear_one_broken(here, broken, batch=batch)

        assert letter["failure"] == f"unreadable:{reason}"
        assert (letter["partition"], letter["offset"]) == (0, 1)
        async with here.database.transaction() as tx:
            inside = await reveal_dead_letter(tx.connection, letter["id"], here.sealer)
        assert (inside.key, inside.value) == (broken["key"], broken["value"])
        assert inside.headers == broken["headers"]


async def test_operators_are_told_without_a_word_of_what_was_inside(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        broken = {**records_of(here.model, [13])[0], "value": b'{"name": "Ada Example"'}

        letter = await _hear_one_broken(here, broken, batch=True)

        (said,) = await here.said("intake-dead-letters")
        body = json.loads(bytes(said["body"]))
        assert UUID(body["dead_letter_id"]) == letter["id"]
        assert (body["source_topic"], body["source_offset"]) == (here.model.topic, 1)
        assert b"Ada" not in bytes(said["body"])
        assert b"Ada" not in bytes(letter["sealed_value"])


async def test_headers_that_nobody_needs_may_be_null_or_not_text(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        records = records_of(here.model, [1, 2])
        records[0]["headers"].append(("x-odd", b"\xff\xfe"))
        records[1]["headers"].append(("x-null", None))
        await here.send(records)
        await here.listen()

        await here.passed(2)

        assert await here.effects() == {1: 1, 2: 1}
        assert await here.dead() == []


async def test_a_newer_minor_version_is_read(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        (record,) = records_of(here.model, [1])
        record["value"] = json.dumps({**json.loads(record["value"]), "added_later": ["x", {"y": 1}]}).encode()
        record["headers"].append(("ce_addedlater", b"1"))
        await here.send([record])
        await here.listen()

        await here.passed(1)

        assert await here.effects() == {1: 1}
        assert await here.dead() == []


async def test_a_header_that_is_needed_and_null_is_as_good_as_absent(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        broken = _header(records_of(here.model, [13])[0], "ce_type", None)

        letter = await _hear_one_broken(here, broken, batch=True)

        assert letter["failure"] == "unreadable:type-missing"


async def test_a_death_right_after_a_record_was_set_aside_makes_no_second_dead_letter(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        good, broken = records_of(here.model, [1, 2]), BROKEN["body-invalid"](records_of(here.model, [13])[0])
        await here.send([good[0], broken, good[1]], partition=0)
        doomed = here.member(crash_at="after_effect_commit")
        assert await asyncio.to_thread(doomed.wait, 180) == -signal.SIGKILL

        here.member()
        await here.send(records_of(here.model, [3]), partition=0)
        await here.passed(4)

        assert await here.effects() == {1: 1, 2: 1, 3: 1}
        assert [letter["offset"] for letter in await here.dead()] == [1]


async def test_a_repeat_of_a_broken_record_is_a_dead_letter_of_its_own(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        broken = BROKEN["body-invalid"](records_of(here.model, [13])[0])
        await here.send([broken, broken], partition=0)
        await here.listen()

        await here.passed(2)

        assert [letter["offset"] for letter in await here.dead()] == [0, 1]


async def test_a_record_without_key_headers_or_content(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        nothing = {"topic": here.model.topic, "key": None, "value": b"", "headers": []}

        letter = await _hear_one_broken(here, nothing, batch=False)

        assert letter["sealed_key"] is None
        assert letter["sealed_value"] is not None
