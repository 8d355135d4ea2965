"""Dead letters and the service's side of their redrive, for tests: make some, order, redrive, look what came of them."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from shared.messaging.gate import Gate
from shared.messaging.redrive_orders import ask, redrives
from shared.messaging.redriver import Redriver
from tests.contracts.messaging.hearing import CLINIC, Hearing
from tests.contracts.messaging.relaying import Relaying

Handle = Callable[..., Awaitable[None]]


async def refuse(tx: Any, messages: Any, now: Any) -> None:
    """A reaction with a bug."""
    raise ValueError("not yet, said Ada Example")


async def bury(here: Hearing, records: Iterable[dict[str, Any]], *, partition: int | None = 0, **options: Any) -> None:
    """These records become dead letters of a reaction with a bug; then nobody listens any more."""
    sent = await here.send(records, partition=partition)
    consumer = await here.listen(refuse, **options)
    await here.passed(len(sent))
    await here.stop(consumer)


def redriver(here: Hearing, handle: Handle | None = None, **options: Any) -> Redriver:
    """A process of the service whose reaction is mended, unless `handle` says otherwise."""
    return Redriver(here.database, here.reactions(handle, **options), here.sealer, CLINIC, Gate())


async def order(here: Hearing, letters: Sequence[UUID] | None = None, *, dry_run: bool = False) -> UUID:
    """An operator's order, by default for every letter."""
    wanted = [letter["id"] for letter in await here.dead()] if letters is None else letters
    async with here.database.pool.acquire() as connection, connection.transaction():
        return await ask(connection, "intake", wanted, dry_run=dry_run, operator="grace", why="the bug is mended")


async def work_off(at_work: Redriver) -> None:
    while await at_work.work():
        pass


async def outcomes(here: Hearing | Relaying, repair_id: UUID) -> list[str | None]:
    """Of the letters of one order, as they were taken."""
    async with here.database.pool.acquire() as connection:
        return [one.outcome for one in await redrives(connection, orders=[repair_id])]


async def redrive(here: Hearing, handle: Handle | None = None, **options: Any) -> list[str | None]:
    """Orders every letter and works it off. The outcomes, as the letters were taken."""
    repair_id = await order(here)
    await work_off(redriver(here, handle, **options))
    return await outcomes(here, repair_id)
