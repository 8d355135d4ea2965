"""Processes that are killed or that freeze: nothing lost, nothing doubled."""

import asyncio
import random
import signal

import pytest

from tests.contracts.messaging.hearing import hearing, records_of, until

SHAPES = [{"batch": True}, {"batch": False}, {"batch": False, "together": True}]


@pytest.mark.parametrize(("shape", "rows"), [(SHAPES[1], 3000), (SHAPES[2], 20_000)])
async def test_kills_in_the_middle_of_batches_leave_an_exact_count_even_without_inbox(scratch, broker, shape, rows):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(rows)))
        chance = random.Random(4)
        for _ in range(5):
            before = await here.moved()
            await here.send(records_of(here.model, [rows]))  # however fast they are, something is left for each
            rows += 1
            process = here.member(inbox=False, **shape)
            await until(lambda before=before: _beyond(here, before))
            await asyncio.sleep(chance.uniform(0, 0.15))
            process.kill()
            process.wait()

        here.member(inbox=False, **shape)
        await here.passed(rows)

        assert await here.effects() == dict.fromkeys(range(rows), 1)


@pytest.mark.parametrize("point", ["before_effect_commit", "after_effect_commit"])
@pytest.mark.parametrize("shape", SHAPES)
async def test_death_on_either_side_of_the_commit(scratch, broker, point, shape):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(30)))
        process = here.member(inbox=False, crash_at=point, **shape)
        assert await asyncio.to_thread(process.wait, 180) == -signal.SIGKILL

        here.member(inbox=False, **shape)
        await here.passed(30)

        assert await here.effects() == dict.fromkeys(range(30), 1)
        assert await here.dead() == []


async def test_a_clean_stop_is_no_death(scratch, broker):
    async def away(tx, messages, now):
        raise ConnectionResetError

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, [1]), partition=0)
        for _ in range(6):
            consumer = await here.listen(away)
            await until(lambda: _in_hand(here))
            await here.stop(consumer)
            assert not await _in_hand(here)

        await here.listen()
        await here.passed(1)

        assert await here.effects() == {1: 1}
        assert await here.dead() == []


@pytest.mark.needs("dead_members_expire")
async def test_a_frozen_member_that_wakes_up_changes_nothing(scratch, broker):
    async with hearing(await scratch("intake"), broker) as here:
        frozen = here.member(inbox=False, batch=False, slow=0.05)
        await here.send(records_of(here.model, range(200)))
        await until(lambda: _beyond(here, 5))
        frozen.send_signal(signal.SIGSTOP)
        here.member(
            "another", inbox=False, batch=False
        )  # has the partitions once the frozen one counts as dead, in 10 s
        await here.passed(200)

        frozen.send_signal(signal.SIGCONT)
        await here.send(records_of(here.model, range(200, 260)))
        await here.passed(260)
        await asyncio.sleep(2)

        assert await here.effects() == dict.fromkeys(range(260), 1)


async def _beyond(here, before) -> bool:
    return await here.moved() > before


async def _in_hand(here) -> bool:
    return await here.database.pool.fetchval("select exists (select from batch_in_hand)")
