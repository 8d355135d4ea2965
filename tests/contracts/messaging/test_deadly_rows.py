"""A row over which processes die: taken alone, and after five deaths given up. The others are heard."""

import asyncio

import pytest

from tests.contracts.messaging.hearing import hearing, records_of
from tests.contracts.messaging.test_deaths import SHAPES


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_row_that_kills_five_processes_alone_becomes_a_dead_letter(scratch, broker, shape):
    async with hearing(await scratch("intake"), broker) as here:
        good = records_of(here.model, range(20))
        (deadly,) = records_of(here.model, [666], note="deadly")
        await here.send([*good[:10], deadly, *good[10:]], partition=0)

        deaths = 0
        while (process := here.member(**shape)) and not await _done(here, 21, process):
            deaths += 1
            assert deaths <= 8

        assert (
            deaths == 6 if shape["batch"] else deaths in (5, 6)
        )  # the whole batch once, then the row alone five times
        assert await here.effects() == dict.fromkeys(range(20), 1)
        (letter,) = await here.dead()
        assert (letter["failure"], letter["offset"], letter["tries"]) == ("ProcessDied", 10, 5)


async def _done(here, count, process) -> bool:
    """True when all rows were passed, False when the process died first."""
    while process.poll() is None:
        if await here.moved() >= count:
            return True
        await asyncio.sleep(0.05)
    return False
