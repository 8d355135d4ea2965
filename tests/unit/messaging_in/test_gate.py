"""Work that may kill the process has the process to itself."""

import asyncio

from shared.messaging.gate import Gate


async def test_whoever_works_alone_waits_for_the_others_and_holds_up_the_next():
    gate, events = Gate(), []
    first_may_end = asyncio.Event()

    async def together(name, until=None):
        async with gate.together():
            events.append(f"{name} in")
            if until:
                await until.wait()
        events.append(f"{name} out")

    async def alone():
        async with gate.alone():
            events.append("alone in")
            await asyncio.sleep(0.01)
            events.append("alone out")

    async with asyncio.TaskGroup() as group:
        group.create_task(together("first", first_may_end))
        await asyncio.sleep(0)
        group.create_task(alone())
        await asyncio.sleep(0.01)
        group.create_task(together("second"))
        await asyncio.sleep(0.01)
        assert events == ["first in"]
        first_may_end.set()

    assert events == ["first in", "first out", "alone in", "alone out", "second in", "second out"]


async def test_a_cancelled_wait_for_solitude_blocks_nobody():
    gate = Gate()
    async with gate.together():
        waiting = asyncio.create_task(_alone(gate))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(60), gate.together():
            assert waiting.cancelled()


async def _alone(gate):
    async with gate.alone():
        pass
