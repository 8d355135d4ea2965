"""The service's part of a redrive: it opens the seal and lets the reaction try again, letter by letter.

Operators have neither the reactions nor the key to the seals; they leave an order (`redrive_orders.py`), and one process
of the service takes it up. A letter goes the way of a row that was just read: the same inbox, the same three kinds of
failure. Its effect, the mark that it was redriven and the outcome are one transaction.
"""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from uuid import UUID

import structlog
from aiokafka import ConsumerRecord

from shared.crash_points import crash_point
from shared.database import Database, Transaction
from shared.ids import uuid7
from shared.keyring.errors import SealBroken
from shared.messaging import parked, redrive_orders
from shared.messaging.dead_letters import Contents, Failure, Sealer, reveal_dead_letter
from shared.messaging.effects import Effects
from shared.messaging.gate import Gate
from shared.messaging.in_hand import MOST_DEATHS, PROCESS_DIED
from shared.messaging.inbox import knows
from shared.messaging.reactions import Reaction
from shared.messaging.redrive_orders import Order, Ordered, Outcome, Unplanned
from shared.messaging.rows import Row, read_row

log = structlog.get_logger()


class SettledElsewhere(Exception):
    """Whoever held the order after us has settled this letter. Roll back."""


class Redriver:
    """Any number of processes may each have one; an order is held by one of them at a time."""

    def __init__(
        self, database: Database, reactions: Iterable[Reaction], sealer: Sealer, clinic_id: UUID, gate: Gate
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._gate = gate
        self._holder = uuid7()
        self._relay = parked.handler_of(database.service)
        self._effects = {
            reaction.group: Effects(reaction, database, sealer, clinic_id, slot=nullcontext()) for reaction in reactions
        }

    async def work(self) -> int:
        """Takes the next letter that was ordered. Answers 0 when there is no order."""
        async with self._database.transaction() as tx:
            order = await redrive_orders.hold(tx, self._holder)
            if order is None:
                return 0
            await self._plan(tx, order)
            ordered = await redrive_orders.begin_next(tx, order)
            row = await self._look_at(tx, ordered) if ordered else None
        crash_point("after_redrive_begun")
        if ordered and row:
            async with self._beside_others(ordered):
                await self._try_again(ordered, row)
        return 1

    def _beside_others(self, ordered: Ordered) -> AbstractAsyncContextManager[None]:
        """What may kill the process works alone, so that its death is blamed on no other row. Safety waits for nobody."""
        if ordered.begun > 1 or ordered.failure == PROCESS_DIED:
            return self._gate.alone()
        return nullcontext() if self._is_safety(ordered.group) else self._gate.together()

    async def _plan(self, tx: Transaction, order: Order) -> None:
        """Safety first; then the oldest first, in lines of one key and one reaction."""
        letters = await redrive_orders.unplanned(tx, order)
        if not letters:
            return
        letters.sort(key=lambda letter: (not self._is_safety(letter.group), letter.stands))
        numbers: dict[object, int] = {}
        lines = [numbers.setdefault(self._line_of(letter), len(numbers)) for letter in letters]
        await redrive_orders.plan(tx, order, [(one.letter_id, line) for one, line in zip(letters, lines, strict=True)])

    def _is_safety(self, group: str) -> bool:
        return group in self._effects and self._effects[group].reaction.model.safety

    def _line_of(self, letter: Unplanned) -> object:
        """Records without a key have no order among them."""
        if letter.sealed_key is None:
            return letter.letter_id
        try:
            return letter.group, self._sealer.open(letter.sealed_key, f"dead-letter:{letter.letter_id}:key")
        except SealBroken:
            return letter.letter_id

    async def _look_at(self, tx: Transaction, ordered: Ordered) -> Row | None:
        """The row to try, or None when the letter's outcome is clear already and stands."""
        effects = self._effects.get(ordered.group)
        if effects is None and ordered.group != self._relay:
            return await self._settle(tx, ordered, Outcome.NO_REACTION)
        if ordered.begun > MOST_DEATHS:
            return await self._stays_dead(tx, ordered, Outcome.FAILED, Failure(PROCESS_DIED, 1))
        try:
            contents = await reveal_dead_letter(tx.connection, ordered.letter_id, self._sealer)
        except SealBroken:
            return await self._stays_dead(tx, ordered, Outcome.SEALED)
        if effects is None:
            return await self._restore(tx, ordered, contents)
        row = read_row(_record(ordered, contents), effects.reaction.model)
        if row.message is None:
            return await self._stays_dead(tx, ordered, Outcome.UNREADABLE, Failure(f"unreadable:{row.unreadable}", 1))
        if ordered.order.dry_run:
            known = await knows(tx, effects.reaction, row.message.id)
            return await self._settle(tx, ordered, Outcome.KNOWN if known else Outcome.WOULD_BE_HANDLED)
        return row

    async def _try_again(self, ordered: Ordered, row: Row) -> None:
        effects = self._effects[ordered.group]

        async def attempt(earlier: int) -> None:
            with suppress(SettledElsewhere):
                async with self._database.transaction() as tx:
                    outcome = await self._effect(tx, effects, ordered, row, earlier)
                    crash_point("before_redrive_commit")
                crash_point("after_redrive_commit")
                self._tell(ordered, outcome)

        failure = await effects.persist(attempt, 1)

        async def give_up() -> None:
            async with self._database.transaction() as tx:
                await self._stays_dead(tx, ordered, Outcome.FAILED, failure)

        if failure is not None:
            await effects.insist(give_up)

    async def _effect(self, tx: Transaction, effects: Effects, ordered: Ordered, row: Row, earlier: int) -> Outcome:
        outcome = Outcome.REDRIVEN_BEFORE
        if await redrive_orders.mark_redriven(tx, ordered):
            fresh = await effects.apply(tx, row, earlier)
            outcome = Outcome.HANDLED if fresh else Outcome.KNOWN
        if not await redrive_orders.settle(tx, ordered, outcome):
            raise SettledElsewhere
        return outcome

    async def _restore(self, tx: Transaction, ordered: Ordered, contents: Contents) -> None:
        """What the relay could not send is no reaction's: it goes back to where it waited."""
        if ordered.order.dry_run:
            await self._settle(tx, ordered, Outcome.WOULD_BE_HANDLED)
        elif await redrive_orders.mark_redriven(tx, ordered):
            await parked.restore(tx, ordered.topic, ordered.offset, contents)
            await self._settle(tx, ordered, Outcome.HANDLED)
        else:
            await self._settle(tx, ordered, Outcome.REDRIVEN_BEFORE)

    async def _settle(self, tx: Transaction, ordered: Ordered, outcome: Outcome, failure: str | None = None) -> None:
        if await redrive_orders.settle(tx, ordered, outcome, failure):
            self._tell(ordered, outcome, failure)

    async def _stays_dead(
        self, tx: Transaction, ordered: Ordered, outcome: Outcome, failure: Failure | None = None
    ) -> None:
        if not await redrive_orders.settle(tx, ordered, outcome, failure.kind if failure else None):
            return
        await redrive_orders.stays_dead(
            tx,
            ordered,
            tries=failure.tries if failure and not ordered.order.dry_run else 0,
            error=failure.text if failure else None,
            sealer=self._sealer,
        )
        self._tell(ordered, outcome, failure.kind if failure else None)

    def _tell(self, ordered: Ordered, outcome: Outcome, failure: str | None = None) -> None:
        dry_run = ordered.order.dry_run
        (log.info if outcome.well or dry_run else log.error)(
            "dead_letter_looked_at" if dry_run else "dead_letter_redriven",
            repair_id=str(ordered.order.id),
            dead_letter_id=str(ordered.letter_id),
            group=ordered.group,
            state=str(outcome),
            failure=failure,
        )


def _record(ordered: Ordered, contents: Contents) -> ConsumerRecord[bytes, bytes]:
    """As it was read."""
    return ConsumerRecord(
        topic=ordered.topic,
        partition=ordered.partition,
        offset=ordered.offset,
        timestamp=0,
        timestamp_type=0,
        key=contents.key,
        value=contents.value,
        checksum=None,
        serialized_key_size=len(contents.key or b""),
        serialized_value_size=len(contents.value or b""),
        headers=contents.headers,  # pyright: ignore[reportArgumentType] - one may be null, whatever aiokafka says
    )
