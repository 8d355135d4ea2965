"""Whatever is booked, moved and cancelled, in whatever order it is heard, and whatever the mail server, scheduling and dying
senders do meanwhile: patients are told the truth, once, or somebody phones.

What happens at the clinic and what notifications hears of it are separate steps, so that any news may be late.
"""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import icalendar
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from operations.embedded.mail_sink import Fault
from operations.embedded.mail_store import MailStore
from services.notifications.domain.message import MessageKind, Standing
from services.notifications.outside.mail_server import SmtpServer
from services.notifications.store import claimed_messages
from services.notifications.store.claimed_messages import Claimed
from services.notifications.use_cases.outside import Mail, MailServer, NoAnswer
from services.notifications.use_cases.send_due_messages import Sender
from services.notifications.use_cases.watch_scheduling import WatchedScheduling
from shared.events.values import DecidedBy
from tests.awaited_rules import AwaitedRules, assert_every_life_holds, awaited
from tests.conftest import NOON
from tests.integration.notifications.conftest import TIME, Journey, Office, Said

SOMEBODY = st.integers(0, 7)
OURS = 3
"""Headers that the sink puts in front of what it was given."""
FINAL = frozenset({"sent", "cancelled", "suppressed", "expired", "failed"})
EMPTY = """
    truncate notifications.message, notifications.message_event, notifications.inbox_item, notifications.inbox_read,
             notifications.request_known, notifications.consultation_known, notifications.appointment_known,
             notifications.patient_contact cascade
"""
LEASES_END = "update message set claimed_until = now() - interval '1 second' where state = 'claimed'"


class Died(BaseException):
    """The process of a sender ended in the middle of a conversation."""


@dataclass
class Life:
    """One patient's consultation as it is in scheduling, and what notifications has not heard of it yet."""

    journey: Journey
    version: int = 0
    revision: int = 0
    cancelled: bool = False
    over: bool = False
    at: datetime = TIME
    unheard: list[Said] = field(default_factory=list)
    heard: int = 0
    """The newest revision that was heard."""


@dataclass
class WatchedServer:
    """The way to the mail server: sees what is offered at the moment it is, and dies on order."""

    machine: "LifeOfMessages"
    server: MailServer
    dies: str = ""

    async def send(self, mail: Mail) -> None:
        await self.machine.is_true_now(mail)
        if self.dies == "before":
            raise Died
        try:
            await self.server.send(mail)
        except NoAnswer as silence:
            self.machine.unknown[mail.message_id] += silence.maybe_taken
            raise
        if self.dies == "after":
            self.machine.unknown[mail.message_id] += 1
            raise Died


class LifeOfMessages(AwaitedRules):
    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.lives: list[Life] = []
        self.unknown: Counter[str] = Counter()
        self.dead: list[Claimed] = []
        self.untrue: list[str] = []
        self.at_once = False

    @initialize()
    @awaited
    async def an_ordinary_morning(self) -> None:
        office = self.office
        admin = await asyncpg.connect(office.place.dsn)
        await admin.execute(EMPTY)
        await admin.close()
        office.sink.store = MailStore()
        office.clock.advance(NOON - office.clock.now())
        office.scheduling.standings.clear()
        await self._mail_server_is(Fault.NONE)
        self._new_process()
        office.scheduling.away = False

    # What happens at the clinic ------------------------------------------------------------------------------------

    @rule(email=st.sampled_from(["ines@example.com", None]), waits=st.booleans(), late=st.booleans())
    @awaited
    async def somebody_asks(self, email: str | None, waits: bool, late: bool) -> None:
        life = Life(await self.office.journey(email=email))
        self.lives.append(life)
        life.unheard.append(life.journey.requested())
        if waits:
            life.version += 1
            life.unheard.append(life.journey.waitlisted(life.version))
        else:
            self._booked(life)
        if not late:
            await self._hear_all(life)

    @rule(who=SOMEBODY, late=st.booleans())
    @awaited
    async def a_time_is_found_or_moved(self, who: int, late: bool) -> None:
        if (life := self._one(who)) and not life.over:
            life.at += timedelta(hours=1) * bool(life.revision)
            self._booked(life)
            if not late:
                await self._hear_all(life)

    @rule(who=SOMEBODY, by=st.sampled_from([DecidedBy.PATIENT, DecidedBy.STAFF]), late=st.booleans())
    @awaited
    async def it_is_cancelled(self, who: int, by: DecidedBy, late: bool) -> None:
        if (life := self._one(who)) and not life.over:
            life.over, life.version = True, life.version + 1
            life.unheard.append(life.journey.withdrawn(by=by))
            if life.revision:
                life.revision += 1
                self._stands(life, cancelled=True)
            life.unheard.append(self._cancellation(life, by))
            if not late:
                await self._hear_all(life)

    def _booked(self, life: Life) -> None:
        life.version, life.revision = life.version + 1, life.revision + 1
        life.unheard.append(life.journey.scheduled(life.revision, life.at, version=life.version))
        self._stands(life)

    def _cancellation(self, life: Life, by: DecidedBy) -> Said:
        return life.journey.cancelled(life.revision or None, by=by, version=life.version)

    def _stands(self, life: Life, *, cancelled: bool = False) -> None:
        self.office.scheduling.standings[life.journey.appointment_id] = Standing(life.revision, cancelled)

    def _one(self, who: int) -> Life | None:
        return self.lives[who % len(self.lives)] if self.lives else None

    # What notifications hears, and when ------------------------------------------------------------------------------

    @rule(who=SOMEBODY, which=st.integers(0, 5))
    @awaited
    async def some_news_arrives(self, who: int, which: int) -> None:
        if (life := self._one(who)) and life.unheard:
            await self._hear(life, life.unheard.pop(which % len(life.unheard)))

    @rule(who=SOMEBODY, which=st.integers(0, 5))
    @awaited
    async def some_news_comes_twice(self, who: int, which: int) -> None:
        if (life := self._one(who)) and life.unheard:
            await self._hear(life, life.unheard[which % len(life.unheard)])

    @rule(who=SOMEBODY)
    @awaited
    async def news_comes_while_it_is_sent(self, who: int) -> None:
        """Nobody can say which comes first, so of these e-mails nothing is known but what holds at the end."""
        if life := self._one(who):
            self.at_once = True
            await asyncio.gather(self.office.send(), self._hear_all(life))
            self.at_once = False

    @rule(who=SOMEBODY)
    @awaited
    async def it_is_moved_again_before_the_first_time_was_told(self, who: int) -> None:
        """Scheduling knows better than the news that was heard: what is due must not go."""
        if (life := self._one(who)) and not life.over:
            await self._moved_and_heard(life)
            life.at += timedelta(hours=1)
            self._booked(life)
            await self.office.send()

    @rule(who=SOMEBODY)
    @awaited
    async def it_is_moved_while_scheduling_is_asked(self, who: int) -> None:
        """The answer is older than the news: what it confirmed must not go any more."""
        if not (life := self._one(who)) or life.over:
            return
        await self._moved_and_heard(life)
        ask, alone, before = self.office.scheduling.standing, asyncio.Lock(), await self._sent_about(life)
        moved = False

        async def slowly(appointment_id: Any) -> Standing | None:
            nonlocal moved
            answer = await ask(appointment_id)
            async with alone:
                if appointment_id == life.journey.appointment_id and not moved:
                    moved = True
                    life.at += timedelta(hours=1)
                    self._booked(life)
                    await self._hear_all(life)
            return answer

        self.office.scheduling.standing = slowly  # type: ignore[method-assign]
        self.at_once = True
        await self.office.send()
        self.at_once = False
        self.office.scheduling.standing = ask  # type: ignore[method-assign]
        assert (await self._sent_about(life)) - before <= {life.heard}

    async def _moved_and_heard(self, life: Life) -> None:
        """So that there is something to tell."""
        life.at += timedelta(hours=1)
        self._booked(life)
        await self._hear_all(life)

    async def _sent_about(self, life: Life) -> set[int]:
        rows = await self.office.fetch(
            "select revision from message where about_id = $1 and state = 'sent'", life.journey.appointment_id
        )
        return {row["revision"] for row in rows}

    async def _hear_all(self, life: Life) -> None:
        while life.unheard:
            await self._hear(life, life.unheard.pop(0))

    async def _hear(self, life: Life, said: Said) -> None:
        await self.office.hear(said)
        if appointment := getattr(said.event, "appointment", None):
            life.heard = max(life.heard, appointment.revision)

    # Sending, and what goes wrong with it ----------------------------------------------------------------------------

    @rule()
    @awaited
    async def what_is_due_is_sent(self) -> None:
        await self.office.send()

    @rule()
    @awaited
    async def two_send_at_once(self) -> None:
        await asyncio.gather(self.office.send(), self.office.send())

    @rule(fault=st.sampled_from([Fault.NONE, Fault.NONE, Fault.REFUSE, Fault.LATER, Fault.DROP, None]))
    @awaited
    async def the_mail_server_changes(self, fault: Fault | None) -> None:
        """None: it is not there."""
        await self._mail_server_is(fault)

    @rule(away=st.booleans())
    @awaited
    async def scheduling_changes(self, away: bool) -> None:
        self.office.scheduling.away = away
        await self.office.look_for_scheduling()

    @rule(when=st.sampled_from(["claimed", "before", "after"]))
    @awaited
    async def a_sender_dies(self, when: str) -> None:
        if when == "claimed":
            async with self.office.database.transaction() as tx:
                self.dead += await claimed_messages.claim(tx, 3, "ternstreet.example")
            return
        server = self.office.sender.mail_server
        server.dies = when
        try:
            await self.office.send()
        except Died:
            self._new_process()
        finally:
            server.dies = ""

    @rule()
    @awaited
    async def leases_end(self) -> None:
        await self._end_leases()

    async def _end_leases(self) -> None:
        async with self.office.database.transaction() as tx:
            await tx.execute(LEASES_END)

    @rule(by=st.sampled_from([timedelta(seconds=3), timedelta(minutes=5), timedelta(minutes=20), timedelta(days=2)]))
    def time_passes(self, by: timedelta) -> None:
        self.office.clock.advance(by)

    async def _mail_server_is(self, fault: Fault | None) -> None:
        await self.office.sink.stop()
        if fault is not None:
            self.office.sink.fault = fault
            await self.office.sink.start()

    def _new_process(self) -> None:
        office, old = self.office, self.office.sender
        office.watched = WatchedScheduling(office.scheduling)
        server = WatchedServer(self, SmtpServer(office.sink.smtp_url, step_timeout=30))
        office.sender = Sender(office.database, old.writer, server, office.watched, spread=lambda: 0.5)

    # What holds after every step ---------------------------------------------------------------------------------------

    async def is_true_now(self, mail: Mail) -> None:
        """What is handed to the mail server is the newest that was heard, and that scheduling knows if it can be asked."""
        (row,) = await self.office.fetch("select * from message where header_id = $1", mail.message_id)
        life = next((one for one in self.lives if one.journey.appointment_id == row["appointment_id"]), None)
        if life is None or self.at_once:
            return
        away = self.office.scheduling.away
        if row["revision"] != life.heard or (
            MessageKind(row["kind"]).confirms if away else row["revision"] != life.revision
        ):
            self.untrue.append(f"{row['kind']} {row['revision']}")

    @invariant()
    def nothing_untrue_was_handed_over(self) -> None:
        """Noted and not raised where it happens: a sender survives whatever its mail server does."""
        assert self.untrue == []

    @invariant()
    def each_is_taken_once_or_nobody_knows(self) -> None:
        taken = Counter(str(mail.message["Message-ID"]) for mail in self.office.sink.messages)
        # What broke off after the server had taken it counts as unknown, so the first of them is one of these.
        assert {one: times for one, times in taken.items() if times > 1 + self.unknown[one]} == {}

    @invariant()
    def a_repeat_is_the_same_message(self) -> None:
        contents: defaultdict[str, set[bytes]] = defaultdict(set)
        for mail in self.office.sink.messages:
            contents[str(mail.message["Message-ID"])].add(mail.raw.split(b"\r\n", OURS)[OURS])
        assert [one for one, same in contents.items() if len(same) > 1] == []

    @invariant()
    def calendars_go_forward(self) -> None:
        sequences: defaultdict[str, list[int]] = defaultdict(list)
        for mail in reversed(self.office.sink.messages):
            for attachment in mail.attachments:
                (event,) = icalendar.Calendar.from_ical(attachment.content).walk("VEVENT")
                sequences[str(event["UID"])].append(int(event["SEQUENCE"]))
        assert set(sequences) <= {f"{life.journey.appointment_id}@chairside" for life in self.lives}
        assert [uid for uid, numbers in sequences.items() if numbers != sorted(numbers)] == []

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self._ends_well()

    @awaited
    async def _ends_well(self) -> None:
        """Everything is heard, everything heals, and time passes: all messages have an end, and the right ones a phone call."""
        self.office.scheduling.away = False
        await self._mail_server_is(Fault.NONE)
        self._new_process()
        for life in self.lives:
            await self._hear_all(life)
        for wait in (timedelta(0), timedelta(minutes=5), timedelta(days=30)):
            self.office.clock.advance(wait)
            await self._end_leases()
            await self.office.send()
        await self._the_dead_can_mark_nothing()
        await self._staff_phone_exactly_about_what_could_not_be_sent()

    async def _the_dead_can_mark_nothing(self) -> None:
        for one in self.dead:
            async with self.office.database.transaction() as tx:
                assert not await claimed_messages.offer(tx, [one])

    async def _staff_phone_exactly_about_what_could_not_be_sent(self) -> None:
        rows = await self.office.fetch("select * from message")
        assert {row["state"] for row in rows} <= FINAL
        phoned = {
            row["message_id"]
            for row in await self.office.fetch(
                "select message_id from inbox_item where kind = 'phone' and state = 'open' and message_id is not null"
            )
        }
        assert phoned == {row["id"] for row in rows if self._is_the_truth(row) and _could_not_be_sent(row)}

    def _is_the_truth(self, row: Any) -> bool:
        for life in self.lives:
            if row["about_id"] == life.journey.appointment_id:
                return row["revision"] == life.revision
            if row["about_id"] == life.journey.consultation_id:
                return row["revision"] == life.version
        return False  # a receipt: there is always something better to say


def _could_not_be_sent(row: Any) -> bool:
    """What was too late when it was heard is history: nobody is phoned about it."""
    match row["state"]:
        case "failed":
            return True
        case "expired":
            return row["attempts"] > 0
        case _:
            return row["state"] == "suppressed" and row["reason"] != "never-promised"


async def test_messages_live_as_the_model_says(office: Office) -> None:
    await assert_every_life_holds(lambda: LifeOfMessages(office), steps=30, ordinary=25)
