"""Hypothesis state machines whose rules await: the machine runs in a thread, what it awaits in the loop of the test.

class Life(AwaitedRules):
    @rule()
    @awaited
    async def something_happens(self): ...

await assert_every_life_holds(lambda: Life(desk), steps=30, ordinary=20)
"""

import asyncio
import functools
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.examples import examples

PATIENCE = 120
"""Seconds for one step; whoever hangs longer hangs for ever."""


class AwaitedRules(RuleBasedStateMachine):
    loop: asyncio.AbstractEventLoop


def awaited(step: Callable[..., Any]) -> Callable[..., Any]:
    """A rule or an invariant that may await."""

    @functools.wraps(step)
    def taken(machine: AwaitedRules, *arguments: Any, **named: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(step(machine, *arguments, **named), machine.loop).result(PATIENCE)

    return taken


async def assert_every_life_holds(make: Callable[[], AwaitedRules], *, steps: int, ordinary: int) -> None:
    """So many lives of at most so many steps; what fails is printed as the shortest life that fails."""
    loop = asyncio.get_running_loop()

    def machine() -> AwaitedRules:
        made = make()
        made.loop = loop
        return made

    how = examples(ordinary, stateful_step_count=steps, suppress_health_check=[HealthCheck.too_slow])
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=how)
