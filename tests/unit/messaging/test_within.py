"""A bound holds also for a client that does not listen: aiokafka's swallow a cancellation while they close."""

import asyncio
import contextlib

import pytest

from shared.messaging.broker import within


async def _deaf(until: asyncio.Event) -> None:
    while not until.is_set():
        with contextlib.suppress(asyncio.CancelledError):
            await until.wait()


async def test_work_that_swallows_cancellation_is_given_up_when_the_time_is_over():
    over = asyncio.Event()

    with pytest.raises(TimeoutError):
        await within(0.01, _deaf(over))

    over.set()


async def test_whoever_is_cancelled_meanwhile_does_not_wait_for_it_either():
    over = asyncio.Event()
    waiting = asyncio.create_task(within(60, _deaf(over)))
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    over.set()


async def test_what_the_work_answers_and_raises_is_passed_on():
    async def answer() -> int:
        return 7

    async def refuse() -> int:
        raise ConnectionError("away")

    assert await within(5, answer()) == 7
    with pytest.raises(ConnectionError):
        await within(5, refuse())
