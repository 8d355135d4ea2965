"""Sends what is due: claimed in small batches, each looked at again just before it goes.

A message is claimed, confirmed with scheduling, written, put on record as offered, and only then handed over. Whoever dies
in between leaves a claim that ends; the next sender hands the same message over again.

A handful goes through these steps together, and is handed over at the same moment, each in a conversation of its own: what
the steps cost is shared, and what was confirmed waits for nobody else's conversation.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

import structlog

from services.notifications.domain.message import (
    WAIT_FOR_CONTACT,
    MessageKind,
    MessageState,
    Reason,
    Verdict,
    judge,
    needs_cancelling,
)
from services.notifications.domain.retry import wait_before
from services.notifications.store import contacts, message_content, messages
from services.notifications.store.message_content import Content
from services.notifications.store.messages import Claimed
from services.notifications.use_cases.ask_to_phone import ask_to_phone
from services.notifications.use_cases.outside import (
    AddressRefused,
    ComeAgainLater,
    Mail,
    MailServer,
    NoAnswer,
    Scheduling,
    SchedulingSilent,
)
from services.notifications.use_cases.watch_mail_server import mail_server_is_away, mail_server_is_back
from services.notifications.use_cases.write_mail import MailWriter, QuietHours, Unwritable
from shared.crash_points import crash_point
from shared.database import Database
from shared.database.failures import is_place

BATCH = 40
HANDFULS = 2
"""At once: while one is in conversation, the other is looked at and written."""
RENEW_EVERY = 8.0
"""Seconds; three times within a lease, so that one look that fails does not lose it."""
CONTACT_LOOK = timedelta(seconds=30)
"""A message without contact looks again at least so often, and sooner at first: the contact's arrival wakes it, unless the
two were heard side by side and neither saw the other."""
STOP_WITHIN = 5
"""Seconds a stopping process waits for the conversations it has begun."""
PERSIST_FOR = 20
"""Seconds in which the outcome of a conversation is tried to be kept while the database is away."""
_FOR_WANT_OF_CONTACT = frozenset({Reason.NO_CONTACT, Reason.NO_EMAIL, Reason.ADDRESS_REFUSED})
log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: MessageState
    reason: Reason | None = None
    wait: timedelta | None = None
    phone: bool = False
    not_taken: bool = False


@dataclass(slots=True)
class Sender:
    """One process's way out. `work` is a timer's: it answers how many messages it handled."""

    database: Database
    writer: MailWriter
    mail_server: MailServer
    scheduling: Scheduling
    conversations: int = 8
    """With the mail server, at once."""
    spread: Callable[[], float] = random.random

    async def work(self) -> int:
        domain = self.writer.mail_from.rpartition("@")[2]
        async with self.database.transaction() as tx:
            due = await messages.claim(tx, BATCH, domain)
        if not due:
            return 0
        round_ = _Round()
        gate = asyncio.Semaphore(min(HANDFULS, self.conversations))
        most = max(1, self.conversations // HANDFULS)

        async def some(handful: list[Claimed]) -> None:
            async with gate:
                await self._handle(handful, round_)

        tasks = [asyncio.create_task(some(due[first : first + most])) for first in range(0, len(due), most)]
        renewing = asyncio.create_task(self._renew(due))
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            # Told to stop: what was not begun goes back at once, conversations in progress end and are kept.
            round_.stopping = True
            await asyncio.wait(tasks, timeout=STOP_WITHIN)
            raise
        finally:
            renewing.cancel()
        await self._tell_staff(due, round_)
        for task in tasks:
            task.result()
        return len(due)

    async def _renew(self, claimed: list[Claimed]) -> None:
        """As long as this process lives. One that was frozen has lost its claims, and may neither offer nor settle."""
        while True:
            await asyncio.sleep(RENEW_EVERY)
            try:
                async with self.database.transaction() as tx:
                    await messages.renew(tx, claimed)
            except Exception as error:
                if not is_place(error):
                    raise
                log.warning("claims_not_renewed", failure=type(error).__name__)

    async def _handle(self, handful: list[Claimed], round_: "_Round") -> None:
        """One broken message never stops the others: it waits and is tried again until it is too late."""
        try:
            outcomes = await self._deliver(handful, round_)
        except Exception as error:  # before anything was handed over
            if len(handful) > 1 and not is_place(error):
                log.warning("messages_taken_apart", failure=type(error).__name__)
                for message in handful:
                    await self._handle([message], round_)
                return
            outcomes = [(message, self._failed(message, error)) for message in handful]
        await self._settle_all(outcomes)

    async def _deliver(self, handful: list[Claimed], round_: "_Round") -> list[tuple[Claimed, "_Outcome"]]:
        now = self.database.clock.now()
        async with self.database.transaction(read_only=True) as tx:
            contents = await message_content.of(tx, handful)
        await self.writer.fetch_keys(one.patient_id for one in handful)
        written = await self._each(
            [(message, self._written(message, contents[message.id], now, round_)) for message in handful]
        )
        letters = [(message, mail) for message, mail in written if isinstance(mail, Mail)]
        ended = [(message, outcome) for message, outcome in written if isinstance(outcome, _Outcome)]
        if letters:
            kept_back = await self._offer([message for message, _ in letters], contents)
            ended += [(message, kept_back[message.id]) for message, _ in letters if message.id in kept_back]
            ended += await self._each(
                [
                    (message, self._hand_over(message, mail, round_))
                    for message, mail in letters
                    if message.id not in kept_back
                ]
            )
        return ended

    async def _each(
        self, works: Sequence[tuple[Claimed, Awaitable[T | "_Outcome"]]]
    ) -> list[tuple[Claimed, T | "_Outcome"]]:
        """What each comes to, side by side, once all have ended."""

        async def one(message: Claimed, work: Awaitable[T | _Outcome]) -> tuple[Claimed, T | _Outcome]:
            try:
                return message, await work
            except Exception as error:
                return message, self._failed(message, error)

        tasks = [asyncio.create_task(one(message, work)) for message, work in works]
        if tasks:
            await asyncio.wait(tasks)
        return [task.result() for task in tasks]

    def _failed(self, message: Claimed, error: Exception) -> "_Outcome":
        if is_place(error):
            log.warning("message_waits_for_place", failure=type(error).__name__)
        else:
            log.error("message_failed_unexpectedly", failure=type(error).__name__, exc_info=error)
        return self._again(message, Reason.UNEXPECTED)

    async def _written(self, message: Claimed, content: Content, now: datetime, round_: "_Round") -> "Mail | _Outcome":
        """The letter, if it is to go now."""
        if message.kind.cancels and not needs_cancelling(
            was_offered=content.was_offered, patient_decided=content.nobody_expects_it
        ):
            return _Outcome(MessageState.SUPPRESSED, Reason.NEVER_PROMISED)
        if now >= message.expires_at:
            return _Outcome(MessageState.EXPIRED, Reason.TOO_LATE, phone=message.kind.must_reach)
        if content.envelopes is None and now < message.planned_at + WAIT_FOR_CONTACT:
            wait = min(CONTACT_LOOK, wait_before(message.attempts, self.spread()))
            return _Outcome(MessageState.RETRYING, Reason.WAITS_FOR_CONTACT, wait=wait)
        if round_.server_silent:
            return self._again(message, Reason.MAIL_SERVER_SILENT)
        if round_.stopping:
            return _Outcome(MessageState.RETRYING, wait=timedelta(0))
        if (ended := await self._still_true(message)) is not None:
            return ended
        try:
            change_link = await self._change_link(message, content)
        except SchedulingSilent:
            return self._again(message, Reason.SCHEDULING_SILENT)
        if message.kind is MessageKind.CHANGE_LINK and change_link is None:
            return _Outcome(MessageState.CANCELLED, Reason.NO_LONGER_TRUE)
        try:
            return await self.writer.write(message, content, now, change_link)
        except QuietHours as quiet:
            return _Outcome(MessageState.RETRYING, Reason.QUIET_HOURS, wait=quiet.until - now)
        except Unwritable as unwritable:
            return _unwritable(message, unwritable.reason)

    async def _offer(self, letters: Sequence[Claimed], contents: Mapping[UUID, Content]) -> dict[UUID, "_Outcome"]:
        """Puts on record what is handed over next. Answers those that are not, with what becomes of them.

        The letter of a patient who has another address since it was written is written again.
        """
        async with self.database.transaction() as tx:
            await messages.hold_all(tx, letters)
            known = await contacts.versions(tx, [one.patient_id for one in letters])
            moved = {one.id for one in letters if contents[one.id].is_older_than(known.get(one.patient_id, 0))}
            offered = await messages.offer(tx, [one for one in letters if one.id not in moved])
        again = _Outcome(MessageState.RETRYING, wait=timedelta(0))
        stale = _Outcome(MessageState.CANCELLED, Reason.NO_LONGER_TRUE)
        return {one.id: again if one.id in moved else stale for one in letters if one.id not in offered}

    async def _still_true(self, message: Claimed) -> _Outcome | None:
        if message.appointment_id is None:
            return None
        standing, unsaid = None, Reason.NOT_CONFIRMED
        try:
            standing = await self.scheduling.standing(message.appointment_id)
        except SchedulingSilent:
            unsaid = Reason.SCHEDULING_SILENT
        match judge(message.kind, message.revision, standing):
            case Verdict.STALE:
                return _Outcome(MessageState.CANCELLED, Reason.NO_LONGER_TRUE)
            case Verdict.WAIT:
                return self._again(message, unsaid)
            case Verdict.SEND:
                return None

    async def _change_link(self, message: Claimed, content: Content) -> str | None:
        """For whom it was asked for, and for whom another time was booked than they had chosen."""
        instead = message.kind is MessageKind.CONSULTATION_SCHEDULED and content.instead_of
        if message.request_id is None or not (message.kind is MessageKind.CHANGE_LINK or instead):
            return None
        return await self.scheduling.change_link(message.request_id)

    async def _hand_over(self, message: Claimed, mail: Mail, round_: "_Round") -> _Outcome:
        try:
            await self.mail_server.send(mail)
        except AddressRefused:
            round_.answered.add(message.clinic_id)
            return replace(_refused(message), not_taken=True)
        except ComeAgainLater:
            round_.away.add(message.clinic_id)
            return self._again(message, Reason.MAIL_SERVER_LATER, not_taken=True)
        except NoAnswer as silence:
            round_.away.add(message.clinic_id)
            round_.server_silent = True
            return self._again(message, Reason.MAIL_SERVER_SILENT, not_taken=not silence.maybe_taken)
        crash_point("after_smtp_accepted_before_mark")
        round_.answered.add(message.clinic_id)
        return _Outcome(MessageState.SENT)

    def _again(self, message: Claimed, reason: Reason, *, not_taken: bool = False) -> _Outcome:
        wait = wait_before(message.attempts, self.spread())
        return _Outcome(MessageState.RETRYING, reason, wait=wait, not_taken=not_taken)

    async def _settle_all(self, outcomes: Sequence[tuple[Claimed, "_Outcome"]]) -> None:
        sent = [message for message, outcome in outcomes if outcome.state is MessageState.SENT]
        if sent:
            await _persist(lambda: self._mark_sent(sent))
        for message, outcome in outcomes:
            if outcome.state is not MessageState.SENT:
                await _persist(partial(self._settle, message, outcome))

    async def _mark_sent(self, sent: Sequence[Claimed]) -> None:
        async with self.database.transaction() as tx:
            await messages.mark_sent(tx, sent)

    async def _settle(self, message: Claimed, outcome: _Outcome) -> None:
        """Of one that was not sent. What was overtaken while it was in hand ends there: it is not tried again, and nobody
        phones about it."""
        async with self.database.transaction() as tx:
            await messages.hold(tx, message)
            if not await messages.is_true(tx, message):
                outcome = _Outcome(MessageState.CANCELLED, Reason.NO_LONGER_TRUE, not_taken=outcome.not_taken)
            elif outcome.reason in _FOR_WANT_OF_CONTACT and await messages.is_due_anew(tx, message):
                outcome = _Outcome(MessageState.RETRYING, not_taken=outcome.not_taken)
            due_at = tx.now + outcome.wait if outcome.wait is not None else None
            settled = await messages.settle(
                tx, message, outcome.state, outcome.reason, due_at=due_at, not_taken=outcome.not_taken
            )
            if settled and outcome.phone and outcome.reason:
                await ask_to_phone(tx, message, outcome.reason)

    async def _tell_staff(self, due: list[Claimed], round_: "_Round") -> None:
        async with self.database.transaction() as tx:
            for clinic_id in {message.clinic_id for message in due}:
                if clinic_id in round_.away:
                    await mail_server_is_away(tx, clinic_id)
                elif clinic_id in round_.answered:
                    await mail_server_is_back(tx, clinic_id)


@dataclass(slots=True)
class _Round:
    """What one batch has learnt of the mail server: after one silence nobody else waits for it."""

    server_silent: bool = False
    stopping: bool = False
    away: set[UUID] = field(default_factory=set)
    answered: set[UUID] = field(default_factory=set)


def _refused(message: Claimed) -> _Outcome:
    return _Outcome(MessageState.FAILED, Reason.ADDRESS_REFUSED, phone=message.kind.is_for_a_patient)


def _unwritable(message: Claimed, reason: Reason) -> _Outcome:
    match reason:
        case Reason.ERASED:
            return _Outcome(MessageState.SUPPRESSED, reason)
        case Reason.ADDRESS_REFUSED:
            return _refused(message)
        case _:
            return _Outcome(MessageState.SUPPRESSED, reason, phone=message.kind.must_reach)


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
