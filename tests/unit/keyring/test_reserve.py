"""Keys made ahead: each handed out once, more together the more are wanted, none old."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.clock import FixedClock
from shared.keyring.reserve import GOOD_FOR, MOST, KeyReserve
from tests.conftest import NOON


class Maker:
    """Makes numbers in place of keys, and remembers how many were asked for each time."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.away = False
        self.at_work = asyncio.Event()
        self.at_work.set()
        self._next = 0

    async def __call__(self, count: int) -> list[Any]:
        await asyncio.sleep(0)
        await self.at_work.wait()
        if self.away:
            raise OSError
        self.asked.append(count)
        self._next += count
        return list(range(self._next - count, self._next))


@pytest.fixture
def maker():
    return Maker()


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture
def reserve(maker, clock):
    return KeyReserve(maker, clock)


async def test_nobody_gets_the_key_of_another(reserve):
    taken = await asyncio.gather(*(reserve.take() for _ in range(200)))

    assert len(set(taken)) == 200


async def test_who_comes_alone_leaves_nothing_over(reserve, maker, clock):
    for _ in range(3):
        await reserve.take()
        clock.advance(GOOD_FOR)

    assert maker.asked == [1, 1, 1]


async def test_the_more_come_the_more_are_made_together_up_to_a_bound(reserve, maker):
    for _ in range(100):
        await reserve.take()

    assert maker.asked[:5] == [1, 2, 4, 8, 16]
    assert set(maker.asked[5:]) == {MOST}


async def test_what_lay_ready_for_long_is_not_handed_out(reserve, maker, clock):
    for _ in range(2):
        await reserve.take()
    clock.advance(GOOD_FOR)

    fourth_made = 3
    assert await reserve.take() == fourth_made


async def test_a_clock_set_back_does_not_make_keys_last_longer(reserve, maker, clock):
    for _ in range(2):
        await reserve.take()
    clock.advance(timedelta(seconds=-1))
    await reserve.take()

    assert maker.asked == [1, 2, 1]


async def test_after_a_failure_the_next_one_tries_again(reserve, maker):
    maker.away = True
    with pytest.raises(OSError):
        await reserve.take()
    maker.away = False

    assert await reserve.take() == 0


async def test_in_a_crowd_nobody_waits_while_the_next_are_made(reserve, maker):
    for _ in range(1 + 2 + 4 + 8 + MOST // 2):
        await reserve.take()
    maker.at_work.clear()

    taken = [await asyncio.wait_for(reserve.take(), 60) for _ in range(MOST // 2)]

    assert len(set(taken)) == MOST // 2


async def test_a_failure_is_told_to_all_who_wait_for_it(reserve, maker):
    maker.away = True

    waited = await asyncio.gather(*(reserve.take() for _ in range(3)), return_exceptions=True)

    assert [type(failure) for failure in waited] == [OSError] * 3


async def test_a_failure_that_nobody_waited_for_is_told_to_nobody(reserve, maker):
    for _ in range(1 + 2 + 4 + 8):
        await reserve.take()
    for _ in range(MOST // 2 - 1):
        await reserve.take()
    maker.away = True
    for _ in range(2):
        await reserve.take()
    await asyncio.sleep(0.01)
    maker.away = False

    taken = [await reserve.take() for _ in range(MOST)]
    assert len(set(taken)) == MOST


async def test_who_goes_away_takes_no_key_from_the_others(reserve):
    gone = asyncio.create_task(reserve.take())
    stays = asyncio.create_task(reserve.take())
    await asyncio.sleep(0)
    gone.cancel()

    assert await asyncio.wait_for(stays, 60) == 0
