"""What becomes of a message that was in hand: sent, tried again, or ended, kept also while the database is away."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from services.notifications.domain.message import MessageState, Reason
from services.notifications.store import claimed_messages
from services.notifications.store.claimed_messages import Claimed
from services.notifications.use_cases.ask_to_phone import ask_to_phone
from shared.database import Database
from shared.database.failures import is_place

PERSIST_FOR = 20
"""Seconds in which the outcome of a conversation is tried to be kept while the database is away."""
_FOR_WANT_OF_CONTACT = frozenset({Reason.NO_CONTACT, Reason.NO_EMAIL, Reason.ADDRESS_REFUSED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """`wait` until it is tried again. `phone`: somebody is to phone instead. `not_taken`: the mail server certainly did not
    get what was offered."""

    state: MessageState
    reason: Reason | None = None
    wait: timedelta | None = None
    phone: bool = False
    not_taken: bool = False


async def settle_all(database: Database, outcomes: Sequence[tuple[Claimed, Outcome]]) -> None:
    """Ends the claims, those of what was sent together."""
    sent = [message for message, outcome in outcomes if outcome.state is MessageState.SENT]
    if sent:
        await _persist(partial(_mark_sent, database, sent))
    for message, outcome in outcomes:
        if outcome.state is not MessageState.SENT:
            await _persist(partial(_settle, database, message, outcome))


async def _mark_sent(database: Database, sent: Sequence[Claimed]) -> None:
    async with database.transaction() as tx:
        await claimed_messages.mark_sent(tx, sent)


async def _settle(database: Database, message: Claimed, outcome: Outcome) -> None:
    """Of one that was not sent. What was overtaken while it was in hand ends there: it is not tried again, and nobody
    phones about it."""
    async with database.transaction() as tx:
        await claimed_messages.hold(tx, [message])
        if not await claimed_messages.is_true(tx, message):
            outcome = Outcome(MessageState.CANCELLED, Reason.NO_LONGER_TRUE, not_taken=outcome.not_taken)
        elif outcome.reason in _FOR_WANT_OF_CONTACT and await claimed_messages.is_due_anew(tx, message):
            outcome = Outcome(MessageState.RETRYING, not_taken=outcome.not_taken)
        due_at = tx.now + outcome.wait if outcome.wait is not None else None
        settled = await claimed_messages.settle(
            tx, message, outcome.state, outcome.reason, due_at=due_at, not_taken=outcome.not_taken
        )
        if settled and outcome.phone and outcome.reason:
            await ask_to_phone(tx, message, outcome.reason)


async def _persist(work: Callable[[], Awaitable[None]]) -> None:
    """Keeps trying while the database is away, but not for ever: then the lease decides."""
    async with asyncio.timeout(PERSIST_FOR):
        while True:
            try:
                return await work()
            except Exception as error:
                if not is_place(error):
                    raise
                await asyncio.sleep(random.uniform(0.2, 1))  # noqa: S311 - jitter
