"""From rows to exactly one effect each: one transaction moves the position, enters the inbox and runs the reaction.

Three kinds of failure, never mixed:

* the place (database, disk, locks, time-outs): roll back, wait with jitter, for ever, never counted;
* the row: three tries within two seconds, outside any open transaction, then a dead letter;
* death of the process: counted before the row is tried, see `in_hand`.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from uuid import UUID

import structlog

from shared.crash_points import crash_point
from shared.database import Database, Transaction
from shared.database.failures import is_place
from shared.messaging.broker import BROKER_FAILURES
from shared.messaging.cause import Cause, current_cause
from shared.messaging.dead_letters import Failure, Sealer, bury
from shared.messaging.envelope import Received
from shared.messaging.inbox import forget, take, wait_for_disk
from shared.messaging.positions import Move, PositionLost
from shared.messaging.reactions import OneByOne, Reaction
from shared.messaging.rows import Row

log = structlog.get_logger()

TRIES = 3
BETWEEN_TRIES = (0.2, 0.8)
"""Seconds before the second and the third try; with jitter all three fall within two seconds."""
SHORTEST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Seconds between tries while the place is unwell."""


class PutDown(Exception):
    """The partitions are wanted back, or the service stops: nothing of these rows was done."""


class RowsFailed(Exception):
    """Some rows failed under their savepoints; another try is due."""


def of_the_place(error: BaseException) -> bool:
    """Whether the same rows will succeed once database or broker are well again."""
    return is_place(error) or isinstance(error, BROKER_FAILURES)


class Effects:
    """The effects of one reaction.

    `slot` is entered for each transaction and bounds how many run at once. While `leaving` is set, nothing waits any
    longer: what is in hand is done at once or put down.
    """

    def __init__(
        self,
        reaction: Reaction,
        database: Database,
        sealer: Sealer,
        clinic_id: UUID,
        *,
        slot: AbstractAsyncContextManager[object],
    ) -> None:
        self.reaction = reaction
        self._database = database
        self._sealer = sealer
        self._clinic_id = clinic_id
        self._slot = slot
        self.leaving = asyncio.Event()

    async def settle(self, rows: Sequence[Row], moves: Sequence[Move]) -> None:
        """Handles all rows in one transaction, however many tries it takes; only broken ones become dead letters.

        Raises PositionLost when somebody else moved the position, PutDown when it was told to stop waiting.
        """
        failure = await self.persist(lambda earlier: self._attempt(rows, moves, earlier), len(rows))
        if failure is not None:
            await self._settle_apart(rows, moves, failure)

    async def settle_together(self, rows: Sequence[Row], move: Move) -> bool:
        """Handles rows of one partition in one transaction, as the reaction does it for several.

        False when that failed for whatever reason: nothing of it was done, and each row is to be settled alone, where it
        is seen which of them fails and whose fault it is. Raises PositionLost.
        """
        try:
            await self._attempt(rows, [move], 0, together=True)
        except PositionLost:
            raise
        except OneByOne:
            return False
        except Exception as error:
            log.warning("rows_taken_apart", handler=self.reaction.handler, failure=_kind(error), count=len(rows))
            return False
        return True

    async def persist(self, attempt: Callable[[int], Awaitable[None]], count: int) -> Failure | None:
        """Makes attempts on `count` rows, each told how many have failed before it. Answers the failure that was the last.

        The place's failures are waited out and never counted. Raises PositionLost, PutDown.
        """
        tries, waits = 0, 0
        while True:
            try:
                await attempt(tries)
            except (PositionLost, PutDown):
                raise
            except Exception as error:
                if of_the_place(error):
                    await self.wait_for_place(error, waits)
                    waits += 1
                    continue
                tries += 1
                log.warning(
                    "rows_failed", handler=self.reaction.handler, failure=_kind(error), tries=tries, count=count
                )
                if tries == TRIES:
                    return Failure(_kind(error), tries, error)
            else:
                return None
            await self.sleep(BETWEEN_TRIES[tries - 1] * random.uniform(0.7, 1.1))  # noqa: S311 - jitter

    async def apply(self, tx: Transaction, row: Row, earlier: int) -> bool:
        """The effect of one readable row that stands in no partition any more. False when it was had before."""
        assert row.message is not None
        token = current_cause.set(row.message.cause)
        try:
            fresh = await take(tx, self.reaction, [], [row.message.id], earlier + 1)
            if fresh:
                await self._run(tx, self._due([row]))
        finally:
            current_cause.reset(token)
        return bool(fresh)

    async def bury(self, row: Row, move: Move, failure: Failure) -> None:
        """Moves past one row without running the reaction."""

        async def move_past() -> None:
            async with self._slot, self._database.transaction() as tx:
                await take(tx, self.reaction, [move], [])
                await self._bury(tx, row, move, failure)
                await wait_for_disk(tx)

        await self.insist(move_past)

    async def insist(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does `work` as often as it takes while only the place fails. Raises PutDown, and what is not the place's."""
        waits = 0
        while True:
            try:
                return await work()
            except Exception as error:
                if not of_the_place(error):
                    raise
                await self.wait_for_place(error, waits)
                waits += 1

    async def wait_for_place(self, error: BaseException, times: int) -> None:
        """The next wait after `times` earlier ones: soon at first, rarer later, with jitter never all at once."""
        log.warning("place_unwell", handler=self.reaction.handler, failure=_kind(error))
        longest = min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** min(times, 10))
        await self.sleep(random.uniform(SHORTEST_WAIT / 2, longest))  # noqa: S311 - jitter

    async def sleep(self, seconds: float) -> None:
        """Waits. Raises PutDown as soon as the rows are wanted back."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.leaving.wait(), seconds)
        if self.leaving.is_set():
            raise PutDown

    async def _attempt(
        self, rows: Sequence[Row], moves: Sequence[Move], earlier: int, *, together: bool = False
    ) -> None:
        first = {row.message.id: row for row in reversed(rows) if row.message is not None}
        token = current_cause.set(_cause(rows))
        try:
            async with self._slot, self._database.transaction() as tx:
                fresh = await take(tx, self.reaction, moves, list(first), earlier + 1)
                due = self._due([row for event_id, row in reversed(first.items()) if event_id in fresh])
                broken: list[tuple[Row, Exception]] = []
                if due and together:
                    await self._run_together(tx, due)
                elif due and not earlier:
                    await self._run(tx, due)
                elif due:
                    await self._run_apart(tx, due, broken)
                    if broken and earlier + 1 < TRIES:
                        raise RowsFailed from broken[0][1]
                await self._bury_all(tx, rows, broken, moves)
                if tx.says:
                    await wait_for_disk(tx)
                crash_point("before_effect_commit")
            crash_point("after_effect_commit")
        finally:
            current_cause.reset(token)

    def _due(self, rows: list[Row]) -> list[Row]:
        """Without those from before the reaction had an effect; the inbox remembers them all the same."""
        begins = self.reaction.effective_from
        return rows if begins is None else [row for row in rows if row.message and row.message.time >= begins]

    async def _run(self, tx: Transaction, rows: Sequence[Row]) -> None:
        messages: list[Received] = [row.message for row in rows if row.message is not None]
        if self.reaction.batch:
            await self.reaction.handle(tx, messages, tx.now)
        else:
            for message in messages:
                await self.reaction.handle(tx, message, tx.now)

    async def _run_together(self, tx: Transaction, rows: Sequence[Row]) -> None:
        assert self.reaction.together is not None
        messages = [row.message for row in rows if row.message is not None]
        await self.reaction.together.handle(tx, messages, tx.now)

    async def _run_apart(self, tx: Transaction, rows: Sequence[Row], broken: list[tuple[Row, Exception]]) -> None:
        """Halves whatever fails, under savepoints, until each broken row stands alone and all others are done."""
        try:
            async with tx.savepoint():
                await self._run(tx, rows)
        except Exception as error:
            if of_the_place(error):
                raise
            if len(rows) == 1:
                broken.append((rows[0], error))
                return
            middle = len(rows) // 2
            await self._run_apart(tx, rows[:middle], broken)
            await self._run_apart(tx, rows[middle:], broken)

    async def _settle_apart(self, rows: Sequence[Row], moves: Sequence[Move], failure: Failure) -> None:
        """The transaction failed at its very end, so no savepoint could tell which row did it: one by one."""
        if len(rows) == 1:
            await self.bury(rows[0], moves[0], failure)
            return
        last = {row.partition: row.offset for row in rows}
        stands = {move.partition: (move.from_offset, move.from_epoch) for move in moves}
        ends = {move.partition: (move.to_offset, move.to_epoch) for move in moves}
        for row in rows:
            end, epoch = ends[row.partition]
            after = (end if row.offset == last[row.partition] else row.offset + 1, epoch)
            await self.settle([row], [Move(row.partition, *stands[row.partition], *after)])
            stands[row.partition] = after

    async def _bury_all(
        self, tx: Transaction, rows: Sequence[Row], broken: list[tuple[Row, Exception]], moves: Sequence[Move]
    ) -> None:
        by_partition = {move.partition: move for move in moves}
        for row in rows:
            if row.unreadable:
                await self._bury(tx, row, by_partition[row.partition], Failure(f"unreadable:{row.unreadable}", 1))
        if broken:
            await forget(tx, self.reaction, [row.message.id for row, _ in broken if row.message])
        for row, error in broken:
            await self._bury(tx, row, by_partition[row.partition], Failure(_kind(error), TRIES, error))

    async def _bury(self, tx: Transaction, row: Row, move: Move, failure: Failure) -> None:
        log.error(
            "dead_letter",
            handler=self.reaction.handler,
            topic=row.record.topic,
            partition=row.partition,
            offset=row.offset,
            failure=failure.kind,
            tries=failure.tries,
        )
        await bury(
            tx,
            self.reaction,
            row,
            failure,
            sealer=self._sealer,
            clinic_id=self._clinic_id,
            log_epoch=move.to_epoch,
        )


def _kind(error: BaseException) -> str:
    """The class of an error with its SQL state: safe to show, unlike its words."""
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}:{state}" if state else type(error).__name__


def _cause(rows: Sequence[Row]) -> Cause | None:
    """What a single event causes names it; a batch has no one cause, its reaction says which with `because_of`."""
    return rows[0].message.cause if len(rows) == 1 and rows[0].message else current_cause.get()
