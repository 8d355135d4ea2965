"""Dead letters that are redriven: once each, in their order, and those that fail again stay."""

import asyncio
import json
import signal

import pytest

from shared.events.base import Kind, PatientEvent
from shared.events.consultation import ConsultationWaitlisted
from shared.events.values import DecidedBy
from shared.ids import uuid7
from shared.keyring.errors import SealBroken
from shared.messaging.redrive_orders import reveal_errors
from tests.contracts.messaging.hearing import CLINIC, Hearing, Thing, count_one, hearing, records_of
from tests.contracts.messaging.redriving import bury, order, outcomes, redrive, redriver, work_off


@pytest.mark.parametrize("batch", [True, False])
async def test_a_mended_reaction_handles_what_it_could_not(scratch, broker, batch):
    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, [1, 2]), batch=batch)
        assert await here.effects() == {}

        assert await redrive(here, batch=batch) == ["handled", "handled"]

        assert await here.effects() == {1: 1, 2: 1}
        assert all(letter["redriven_at"] for letter in await here.dead())


async def test_a_second_redrive_changes_nothing(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, range(5)))
        await redrive(here)

        assert await redrive(here) == ["redriven-before"] * 5

        assert await here.effects() == dict.fromkeys(range(5), 1)


async def test_two_operators_at_once_and_two_processes_have_each_effect_once(scratch, broker):
    async def slowly(tx, message, now):
        await asyncio.sleep(0.01)
        await count_one(tx, message, now)

    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, range(30)))

        orders = await asyncio.gather(order(here), order(here))
        await asyncio.gather(*(work_off(redriver(here, slowly, batch=False)) for _ in range(2)))

        assert await here.effects() == dict.fromkeys(range(30), 1)
        ends = [await outcomes(here, one) for one in orders]
        assert [sorted({*pair}) for pair in zip(*ends, strict=True)] == [["handled", "redriven-before"]] * 30


@pytest.mark.parametrize("point", ["after_redrive_begun", "before_redrive_commit:3", "after_redrive_commit:3"])
async def test_a_kill_in_the_middle_leaves_each_effect_once(scratch, broker, point):
    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, range(8)))
        repair_id = await order(here)
        assert await _process(here, crash_at=point) == -signal.SIGKILL

        await _let_the_hold_run_out(here)
        assert await _process(here) == 0

        assert await here.effects() == dict.fromkeys(range(8), 1)
        assert await outcomes(here, repair_id) == ["handled"] * 8
        assert await _open_orders(here) == 0


async def test_what_fails_again_stays_with_its_tries_and_its_error(scratch, broker):
    async def differently(tx, messages, now):
        raise KeyError("of Ada Example")

    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, [1]))

        assert await redrive(here, differently) == ["failed"]

        (letter,) = await here.dead()
        assert (letter["failure"], letter["tries"], letter["redriven_at"]) == ("ValueError", 6, None)
        (failure,) = await here.database.pool.fetch("select failure, sealed_error from redrive_letter")
        assert failure["failure"] == "KeyError"
        assert b"Ada" not in failure["sealed_error"]
        async with here.database.pool.acquire() as connection:
            (words,) = (await reveal_errors(connection, letter["id"], here.sealer)).values()
        assert "of Ada Example" in words


async def test_letters_of_one_key_are_taken_in_the_order_of_their_log(scratch, broker):
    seen: list[int] = []

    async def watch(tx, message, now):
        seen.append(message.event.number)

    async with hearing(await scratch("intake"), broker) as here:
        patient = uuid7()
        await bury(here, records_of(here.model, range(12), patient=patient))
        letters = [letter["id"] for letter in await here.dead()]

        await order(here, list(reversed(letters)))
        await work_off(redriver(here, watch, batch=False))

        assert seen == list(range(12))


async def test_a_key_stops_at_the_first_that_fails_again_and_other_keys_go_on(scratch, broker):
    async def picky(tx, message, now):
        if message.event.number == 2:
            raise ValueError
        await count_one(tx, message, now)

    async with hearing(await scratch("intake"), broker) as here:
        hers, his = uuid7(), uuid7()
        records = [
            *records_of(here.model, [1, 2], patient=hers),
            *records_of(here.model, [10], patient=his),
            *records_of(here.model, [3, 4], patient=hers),
            *records_of(here.model, [11], patient=his),
        ]
        await bury(here, records)

        assert await redrive(here, picky, batch=False) == ["handled", "failed", "handled"] + ["held-back"] * 2 + [
            "handled"
        ]

        assert await here.effects() == {1: 1, 10: 1, 11: 1}
        assert await redrive(here) == ["redriven-before", "handled", "redriven-before"] + ["handled"] * 2 + [
            "redriven-before"
        ]
        assert await here.effects() == dict.fromkeys([1, 2, 3, 4, 10, 11], 1)


async def test_an_older_state_does_not_overtake_a_newer_one(scratch, broker):
    async def upsert(tx, message, now):
        if message.event.number == 1 and message.event.note == "once":
            raise ValueError
        await tx.execute(
            """
            insert into thing_known (id, number, version) values ($1, $2, $3)
                on conflict (id) do update set number = excluded.number, version = excluded.version
             where thing_known.version < excluded.version
            """,
            message.event.patient_id,
            message.event.number,
            message.event.number,
        )

    async def mended(tx, message, now):
        message.event.__dict__["note"] = ""
        await upsert(tx, message, now)

    place = await scratch("intake")
    async with hearing(place, broker) as here:
        await here.own_table("thing_known (id uuid primary key, number integer, version integer)")
        patient = uuid7()
        old, new = records_of(here.model, [1, 2], patient=patient, note="once")
        await here.send([old, new], partition=0)
        await here.listen(upsert, batch=False)
        await here.passed(2)
        assert len(await here.dead()) == 1

        assert await redrive(here, mended, batch=False) == ["handled"]

        assert await here.database.pool.fetchval("select number from thing_known") == 2


async def test_what_a_newer_release_can_read_is_handled(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:

        class Newer(PatientEvent, topic=here.model.topic, kind=Kind.FACT, version=2):
            number: int

        await here.send(records_of(Newer, [1, 2]), partition=0)
        old_release = await here.listen()
        await here.passed(2)
        await here.stop(old_release)
        assert [letter["failure"] for letter in await here.dead()] == ["unreadable:major-version-unknown"] * 2

        here.model = Newer
        assert await redrive(here) == ["handled", "handled"]

        assert await here.effects() == {1: 1, 2: 1}


async def test_what_is_still_unreadable_stays_and_holds_its_key_back(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        patient = uuid7()
        broken, good = records_of(here.model, [1, 2], patient=patient)
        await bury(here, [{**broken, "value": b"{"}, good])

        assert await redrive(here) == ["unreadable", "held-back"]

        assert await here.effects() == {}
        assert not any(letter["redriven_at"] for letter in await here.dead())


async def test_a_dry_run_says_what_would_happen_and_changes_nothing(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        good, broken, known = records_of(here.model, [1, 2, 3])
        await bury(here, [good, {**broken, "value": b"{"}, known])
        (handler,) = {reaction.handler for reaction in here.reactions()}
        await here.database.pool.execute(
            'insert into inbox (handler, event_id) select $1, event_id from dead_letter where "offset" = 2', handler
        )
        before = await here.dead()

        repair_id = await order(here, dry_run=True)
        await work_off(redriver(here))

        assert await outcomes(here, repair_id) == ["would-be-handled", "unreadable", "known"]
        assert await here.effects() == {}
        assert await here.dead() == before


async def test_a_reaction_that_no_longer_exists_is_said_so(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, [1, 2], patient=uuid7()))

        class Other(PatientEvent, topic=f"other-{uuid7().hex}", kind=Kind.FACT):
            number: int

        here.model, heard_before = Other, here.model
        assert await redrive(here) == ["no-reaction"] * 2

        here.model = heard_before
        assert await redrive(here) == ["handled"] * 2


async def test_an_event_that_was_handled_meanwhile_has_no_second_effect(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, [1]))
        await here.database.pool.execute("update consumer_position set next_offset = 0")
        await here.listen()  # the log is read again, and the reaction is mended
        await here.passed(1)
        assert await here.effects() == {1: 1}

        assert await redrive(here) == ["known"]

        assert await here.effects() == {1: 1}


async def test_a_place_that_is_unwell_is_waited_for_and_never_counted(scratch, broker):
    tries = 0

    async def unlucky(tx, messages, now):
        nonlocal tries
        tries += 1
        if tries <= 4:
            raise ConnectionResetError
        for message in messages:
            await count_one(tx, message, now)

    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, [1]))

        assert await redrive(here, unlucky) == ["handled"]

        assert await here.effects() == {1: 1}
        assert (await here.dead())[0]["tries"] == 3


async def test_a_letter_that_kills_process_after_process_is_given_up_and_the_others_are_handled(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, [*records_of(here.model, [666], note="deadly"), *records_of(here.model, [1, 2])])
        repair_id = await order(here)

        deaths = 0
        while await _process(here) != 0:
            deaths += 1
            assert deaths <= 5
            await _let_the_hold_run_out(here)

        assert deaths == 5
        assert await outcomes(here, repair_id) == ["failed", "handled", "handled"]
        assert await here.effects() == {1: 1, 2: 1}
        (failure,) = await here.database.pool.fetch("select failure from redrive_letter where outcome = 'failed'")
        assert failure["failure"] == "ProcessDied"


async def test_what_a_redriven_letter_says_names_its_event_as_the_cause(scratch, broker):
    async def talkative(tx, message, now):
        waitlisted = ConsultationWaitlisted(
            clinic_id=CLINIC,
            patient_id=message.event.patient_id,
            consultation_id=uuid7(),
            request_id=uuid7(),
            reference="TSC-4K7Q2M",
            by=DecidedBy.SYSTEM,
        )
        tx.emit(waitlisted, of=Thing(uuid7()))

    async with hearing(await scratch("intake"), broker) as here:
        (record,) = records_of(here.model, [1])
        await bury(here, [record])

        await redrive(here, talkative, batch=False)

        (said,) = await here.said("consultation-waitlisted")
        assert json.loads(said["headers"])["ce_causationid"] == dict(record["headers"])["ce_id"].decode()


async def test_a_seal_that_the_key_does_not_open_is_said_so(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        await bury(here, records_of(here.model, [1]))

        class OtherKey:
            def seal(self, data, context):
                return data

            def open(self, sealed, context):
                raise SealBroken(context)

        here.sealer = OtherKey()  # type: ignore[assignment]
        assert await redrive(here) == ["sealed"]

        assert await here.effects() == {}


async def _process(here: Hearing, *, crash_at: str = "") -> int:
    """A process that redrives until nothing is left, or dies; its exit status."""
    return await asyncio.to_thread(here.redriving_process(crash_at).wait, 180)


async def _let_the_hold_run_out(here: Hearing) -> None:
    await here.database.pool.execute("update redrive set held_until = now() - interval '1 second'")


async def _open_orders(here: Hearing) -> int:
    return await here.database.pool.fetchval("select count(*) from redrive where finished_at is null")
