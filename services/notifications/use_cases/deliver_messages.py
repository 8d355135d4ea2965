"""A handful of messages on its way: looked at once more, written, put on record as offered, handed over.

It goes through these steps together, and is handed over at the same moment, each in a conversation of its own: what the
steps cost is shared, and what was confirmed waits for nobody else's conversation.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
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
    needs_after_care,
    needs_cancelling,
)
from services.notifications.domain.retry import wait_before
from services.notifications.store import claimed_messages, contacts, message_content
from services.notifications.store.claimed_messages import Claimed
from services.notifications.store.message_content import Content
from services.notifications.use_cases.outside import (
    AddressRefused,
    ComeAgainLater,
    Mail,
    MailServer,
    NoAnswer,
    Scheduling,
    SchedulingSilent,
)
from services.notifications.use_cases.settle_messages import Outcome, settle_all
from services.notifications.use_cases.write_mail import Fresh, MailWriter, QuietHours, Unwritable
from shared.crash_points import crash_point
from shared.database import Database
from shared.database.failures import is_place

CONTACT_LOOK = timedelta(seconds=30)
"""A message without contact looks again at least so often, and sooner at first. The contact's arrival wakes it, unless it was
just being written down while a sender looked: then neither has seen the other."""
log = structlog.get_logger()
T = TypeVar("T")
_ABOUT_A_FRESH_LINK = frozenset({MessageKind.CHANGE_LINK, MessageKind.SLOT_OFFERED, MessageKind.MOVE_PROPOSED})
"""Where there is none, there is nothing to say any more."""


@dataclass(slots=True)
class Round:
    """One batch on its way out, and what it has learnt of the mail server: after one silence nobody else waits for it."""

    database: Database
    writer: MailWriter
    mail_server: MailServer
    scheduling: Scheduling
    spread: Callable[[], float]
    server_silent: bool = False
    stopping: bool = False
    away: set[UUID] = field(default_factory=set)
    answered: set[UUID] = field(default_factory=set)

    async def handle(self, handful: list[Claimed]) -> None:
        """One broken message never stops the others: it waits and is tried again until it is too late."""
        try:
            outcomes = await self._deliver(handful)
        except Exception as error:  # before anything was handed over
            if len(handful) > 1 and not is_place(error):
                log.warning("messages_taken_apart", failure=type(error).__name__)
                for message in handful:
                    await self.handle([message])
                return
            outcomes = [(message, self._failed(message, error)) for message in handful]
        await settle_all(self.database, outcomes)

    async def _deliver(self, handful: list[Claimed]) -> list[tuple[Claimed, Outcome]]:
        now = self.database.clock.now()
        async with self.database.transaction(read_only=True) as tx:
            contents = await message_content.of(tx, handful)
        await self.writer.fetch_keys(one.patient_id for one in handful)
        written = await self._each(
            [(message, self._written(message, contents[message.id], now)) for message in handful]
        )
        letters = [(message, mail) for message, mail in written if isinstance(mail, Mail)]
        ended = [(message, outcome) for message, outcome in written if isinstance(outcome, Outcome)]
        if letters:
            kept_back = await self._offer([message for message, _ in letters], contents)
            ended += [(message, kept_back[message.id]) for message, _ in letters if message.id in kept_back]
            ended += await self._each(
                [(message, self._hand_over(message, mail)) for message, mail in letters if message.id not in kept_back]
            )
        return ended

    async def _each(self, works: Sequence[tuple[Claimed, Awaitable[T | Outcome]]]) -> list[tuple[Claimed, T | Outcome]]:
        """What each comes to, side by side, once all have ended."""

        async def one(message: Claimed, work: Awaitable[T | Outcome]) -> tuple[Claimed, T | Outcome]:
            try:
                return message, await work
            except Exception as error:
                return message, self._failed(message, error)

        tasks = [asyncio.create_task(one(message, work)) for message, work in works]
        if tasks:
            await asyncio.wait(tasks)
        return [task.result() for task in tasks]

    def _failed(self, message: Claimed, error: Exception) -> Outcome:
        if is_place(error):
            log.warning("message_waits_for_place", failure=type(error).__name__)
        else:
            log.error("message_failed_unexpectedly", failure=type(error).__name__, exc_info=error)
        return self._again(message, Reason.UNEXPECTED)

    async def _written(self, message: Claimed, content: Content, now: datetime) -> "Mail | Outcome":
        """The letter, if it is to go now."""
        if (needless := _needless(message.kind, content)) is not None:
            return Outcome(MessageState.SUPPRESSED, needless)
        if now >= message.expires_at:
            return Outcome(
                MessageState.EXPIRED,
                Reason.TOO_LATE,
                phone=message.kind.must_reach and not message.kind.is_over_when_late,
            )
        if content.envelopes is None and now < message.planned_at + WAIT_FOR_CONTACT:
            wait = min(CONTACT_LOOK, wait_before(message.attempts, self.spread()))
            return Outcome(MessageState.RETRYING, Reason.WAITS_FOR_CONTACT, wait=wait)
        if self.server_silent:
            return self._again(message, Reason.MAIL_SERVER_SILENT)
        if self.stopping:
            return Outcome(MessageState.RETRYING, wait=timedelta(0))
        if (ended := await self._still_true(message)) is not None:
            return ended
        try:
            link = await self._fresh_link(message, content)
        except SchedulingSilent:
            return self._again(message, Reason.SCHEDULING_SILENT)
        if message.kind in _ABOUT_A_FRESH_LINK and link is None:
            return Outcome(MessageState.CANCELLED, Reason.NO_LONGER_TRUE)
        answer = await self._link_to_come(message, content, link)
        try:
            return await self.writer.write(message, content, now, Fresh(link, answer))
        except QuietHours as quiet:
            return Outcome(MessageState.RETRYING, Reason.QUIET_HOURS, wait=quiet.until - now)
        except Unwritable as unwritable:
            return _unwritable(message, unwritable.reason)

    async def _offer(self, letters: Sequence[Claimed], contents: Mapping[UUID, Content]) -> dict[UUID, Outcome]:
        """Puts on record what is handed over next. Answers those that are not, with what becomes of them.

        The letter of a patient who has another address since it was written is written again.
        """
        async with self.database.transaction() as tx:
            await claimed_messages.hold(tx, letters)
            known = await contacts.versions(tx, [one.patient_id for one in letters])
            moved = {one.id for one in letters if contents[one.id].is_older_than(known.get(one.patient_id, 0))}
            offered = await claimed_messages.offer(tx, [one for one in letters if one.id not in moved])
        again = Outcome(MessageState.RETRYING, wait=timedelta(0))
        stale = Outcome(MessageState.CANCELLED, Reason.NO_LONGER_TRUE)
        return {one.id: again if one.id in moved else stale for one in letters if one.id not in offered}

    async def _still_true(self, message: Claimed) -> Outcome | None:
        if message.appointment_id is None:
            return None
        standing, unsaid = None, Reason.NOT_CONFIRMED
        try:
            standing = await self.scheduling.standing(message.appointment_id)
        except SchedulingSilent:
            unsaid = Reason.SCHEDULING_SILENT
        match judge(message.kind, message.revision, standing):
            case Verdict.STALE:
                return Outcome(MessageState.CANCELLED, Reason.NO_LONGER_TRUE)
            case Verdict.WAIT:
                return self._again(message, unsaid)
            case Verdict.SEND:
                return None

    async def _fresh_link(self, message: Claimed, content: Content) -> str | None:
        """To answer an offer; or to change the appointment, for whom it was asked for, and for whom another time was
        booked than they had chosen."""
        if message.kind.offers:
            return await self.scheduling.offer_link(message.about_id)
        instead = message.kind is MessageKind.CONSULTATION_SCHEDULED and content.instead_of
        if message.request_id is None or not (message.kind is MessageKind.CHANGE_LINK or instead):
            return None
        return await self.scheduling.change_link(message.request_id)

    async def _link_to_come(self, message: Claimed, content: Content, link: str | None) -> str | None:
        """To say that one comes; none where another link leads to a page that asks it too, or it was said already. A letter
        goes without it rather than later."""
        if not message.kind.confirms or message.appointment_id is None or link or content.says_they_come:
            return None
        try:
            return await self.scheduling.attendance_link(message.appointment_id, message.revision)
        except SchedulingSilent:
            return None

    async def _hand_over(self, message: Claimed, mail: Mail) -> Outcome:
        try:
            await self.mail_server.send(mail)
        except AddressRefused:
            self.answered.add(message.clinic_id)
            return replace(_refused(message), not_taken=True)
        except ComeAgainLater:
            self.away.add(message.clinic_id)
            return self._again(message, Reason.MAIL_SERVER_LATER, not_taken=True)
        except NoAnswer as silence:
            self.away.add(message.clinic_id)
            self.server_silent = True
            return self._again(message, Reason.MAIL_SERVER_SILENT, not_taken=not silence.maybe_taken)
        crash_point("after_smtp_accepted_before_mark")
        self.answered.add(message.clinic_id)
        return Outcome(MessageState.SENT)

    def _again(self, message: Claimed, reason: Reason, *, not_taken: bool = False) -> Outcome:
        wait = wait_before(message.attempts, self.spread())
        return Outcome(MessageState.RETRYING, reason, wait=wait, not_taken=not_taken)


def _needless(kind: MessageKind, content: Content) -> Reason | None:
    """Why this patient has no use for the letter, though what it says is true."""
    if kind.cancels and not needs_cancelling(
        was_offered=content.was_offered, patient_decided=content.nobody_expects_it
    ):
        return Reason.NEVER_PROMISED
    if kind is MessageKind.TIME_STAYS and not content.was_asked:
        return Reason.NEVER_ASKED
    if kind is MessageKind.AFTER_CARE and content.outcome and not needs_after_care(content.outcome):
        return Reason.TRANSFERRED
    return None


def _refused(message: Claimed) -> Outcome:
    return Outcome(MessageState.FAILED, Reason.ADDRESS_REFUSED, phone=message.kind.is_for_a_patient)


def _unwritable(message: Claimed, reason: Reason) -> Outcome:
    match reason:
        case Reason.ERASED:
            return Outcome(MessageState.SUPPRESSED, reason)
        case Reason.ADDRESS_REFUSED:
            return _refused(message)
        case _:
            return Outcome(MessageState.SUPPRESSED, reason, phone=message.kind.must_reach)
