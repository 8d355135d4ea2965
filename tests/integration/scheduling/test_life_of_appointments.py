"""Whatever patients and staff do, in whatever order, how often and at what time: appointments live as the model says.

The model is small on purpose: which states each thing may be in, and how often something was said of it. After every step
all tables are compared with it.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import time, timedelta

import asyncpg
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.scheduling.domain.appointment import AppointmentIsOver, NotTimeYet
from services.scheduling.domain.change import (
    ChangedMeanwhile,
    NothingToChange,
    PatientReason,
    TooLateToMove,
    TooManyMoves,
)
from services.scheduling.domain.on_its_day import NotItsDay
from services.scheduling.domain.override import Override, OverrideReason
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.session import (
    AmendReason,
    CancelReason,
    RecordChanged,
    SessionAlreadyRecorded,
    SessionNotBooked,
    SessionNotRecorded,
)
from services.scheduling.domain.session_record import SessionRecord
from services.scheduling.domain.wall_clock import day_of
from services.scheduling.store import sessions
from services.scheduling.use_cases.amend_record import amend_record
from services.scheduling.use_cases.arrive_patient import (
    arrive_patient,
    begin_appointment,
    take_arrival_back,
    take_begin_back,
)
from services.scheduling.use_cases.book_consultation import ConsultationWanted, NobodyWaits, book_consultation
from services.scheduling.use_cases.cancel_by_staff import cancel_by_staff
from services.scheduling.use_cases.cancel_session import cancel_session
from services.scheduling.use_cases.complete_appointment import RecordWanted, complete_consultation
from services.scheduling.use_cases.hold_time import NoTimesToChoose, RequestIsSent, TooManyHolds
from services.scheduling.use_cases.let_holds_lapse import tidy_holds
from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.move_by_staff import NewTime, move_by_staff
from services.scheduling.use_cases.record_session import record_session
from services.scheduling.use_cases.take_in_hand import Press
from services.scheduling.use_cases.wait_again import NotMissed, wait_again
from shared.events.session import Outcome, Severity
from shared.events.staff import Role
from shared.events.values import Disposition, Urgency
from tests.awaited_rules import AwaitedRules, assert_every_life_holds, awaited
from tests.conftest import NOON
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID, Asked
from tests.integration.scheduling.test_booking_core import book

SOMEBODY = st.integers(0, 11)
QUARTERS = st.integers(0, 5)
"""Starts from ten o'clock on: the clinic opens for three hours a day, so that times are scarce."""
SMALL_CLINIC = replace(
    CLINIC,
    hours=tuple(replace(hours, opens=time(10), closes=time(13)) for hours in CLINIC.hours),
    horizon=timedelta(days=1),
)
TOPICS = {"booked": "scheduled"}
"""How a state is said, where it is not by its own name."""
OVER = frozenset({"cancelled", "completed", "missed"})
PRESSES = {
    "arrive": arrive_patient,
    "take back": take_arrival_back,
    "begin": begin_appointment,
    "take begin back": take_begin_back,
    "complete": complete_consultation,
    "miss": miss_appointment,
}
LEADS_TO = {
    ("arrive", "booked"): "arrived",
    ("take back", "arrived"): "booked",
    ("begin", "booked"): "in-progress",
    ("begin", "arrived"): "in-progress",
    ("take begin back", "in-progress"): "arrived",
    ("complete", "booked"): "completed",
    ("complete", "arrived"): "completed",
    ("complete", "in-progress"): "completed",
    ("miss", "booked"): "missed",
}
SAME = {
    ("arrive", "arrived"),
    ("take back", "booked"),
    ("begin", "in-progress"),
    ("take begin back", "booked"),
    ("take begin back", "arrived"),
    ("complete", "completed"),
    ("miss", "missed"),
}
EMPTY = """
    truncate scheduling.consultation, scheduling.consultation_late, scheduling.late_given_up, scheduling.consultation_decision,
             scheduling.consultation_note, scheduling.risk, scheduling.patient, scheduling.session, scheduling.appointment,
             scheduling.resource_booking, scheduling.session_record_earlier, scheduling.waiting_list_review,
             scheduling.appointment_act, scheduling.outbox_waiting, scheduling.outbox_sent, scheduling.hold,
             scheduling.hold_taken, scheduling.slot_offer, scheduling.slot_offer_link, scheduling.left_waiting_list,
             scheduling.attendance, scheduling.attendance_link, scheduling.move_withdrawn
"""


@dataclass
class Life:
    """What the model knows of one consultation or session. `calendar` is the entry it has in the patient's calendar."""

    may_be: set[str]
    withdrawn: bool = False
    record: SessionRecord | None = None
    amended: int = 0
    calendar: tuple[object, ...] | None = None
    ended: tuple[object, ...] | None = None
    moved: int = 0
    missed: int = 0
    """How often the patient did not come."""
    went: str | None = None
    """What its appointment is, where that says more than that it is booked."""

    @property
    def state(self) -> str:
        (state,) = self.may_be
        return state

    @property
    def version(self) -> int:
        """Of a session."""
        return 1 + (self.state != "booked") + self.amended + self.moved


@dataclass
class Said:
    """Everything that was said of one thing, the oldest first."""

    topics: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    revisions: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Of each appointment: one that was missed is followed by another."""


class LifeOfAppointments(AwaitedRules):
    def __init__(self, desk):
        super().__init__()
        self.desk = desk
        self.asked: list[Asked] = []
        self.messages = []
        self.consultations: dict = {}
        self.sessions: dict = {}
        self.choosing: dict = {}

    @initialize()
    @awaited
    async def nothing_was_ever_booked(self):
        admin = await asyncpg.connect(self.desk.dsn)
        await admin.execute(EMPTY)
        await admin.close()
        self.desk.clock.advance(NOON - self.desk.clock.now())

    # Requests ------------------------------------------------------------------------------------------------------

    @rule(held=st.booleans(), urgency=st.sampled_from(Urgency))
    @awaited
    async def somebody_asks(self, held, urgency):
        disposition = Disposition.AWAIT if held else Disposition.BOOK
        asked = Asked.new()
        self.asked.append(asked)
        await self._hears(asked, asked.requested(disposition=disposition, urgency=urgency))

    @rule(who=SOMEBODY)
    @awaited
    async def staff_accept(self, who):
        if asked := one(self.asked, who):
            await self._hears(asked, asked.cleared())

    @rule(who=SOMEBODY)
    @awaited
    async def they_withdraw(self, who):
        if asked := one(self.asked, who):
            await self._hears(asked, asked.withdrawn(version=3))

    @rule()
    @awaited
    async def a_withdrawal_comes_before_its_request(self):
        asked = Asked.new()
        self.asked.append(asked)
        await self._hears(asked, asked.withdrawn(version=3))
        self.messages.append((asked, asked.requested()))

    @rule(which=st.integers(0, 40))
    @awaited
    async def an_event_is_heard_again(self, which):
        if heard := one(self.messages, which):
            await self._hears(*heard)

    @rule(who=SOMEBODY)
    @awaited
    async def somebody_may_be_in_danger(self, who):
        if asked := one(self.asked, who):
            await self.desk.hears(asked.at_risk())

    @rule()
    @awaited
    async def a_request_and_its_withdrawal_come_at_once(self):
        asked = Asked.new()
        self.asked.append(asked)
        await asyncio.gather(
            self.desk.hears(asked.requested()), self.desk.hears(asked.requested()), self.desk.hears(asked.withdrawn())
        )
        self.consultations[asked.request_id] = Life({"cancelled"}, withdrawn=True)

    @rule()
    @awaited
    async def the_waiting_list_is_looked_at(self):
        await self.desk.review()
        for life in self.consultations.values():
            if life.may_be == {"waitlisted"}:
                life.may_be = {"waitlisted", "booked"}

    async def _hears(self, asked, message):
        self.messages.append((asked, message))
        await self.desk.hears(message)
        life = self.consultations.setdefault(asked.request_id, Life({"awaiting"}))
        if message.event.topic == "consultation-withdrawn":
            life.withdrawn = True
            if life.state not in OVER and life.went not in {"in-progress", "completed"}:
                life.may_be, life.went = {"cancelled"}, None
        elif life.state == "awaiting" and message.event.disposition is Disposition.BOOK:
            life.may_be = {"booked", "waitlisted"}
        if life.may_be != {"awaiting"}:
            self.choosing.pop(asked, None)  # it is used, or given back

    # Times that are kept for requests which are not sent yet ---------------------------------------------------------

    @rule(quarter=QUARTERS)
    @awaited
    async def somebody_has_a_time_kept(self, quarter):
        await self._keeps(Asked.new(), quarter)

    @rule(who=SOMEBODY, quarter=QUARTERS)
    @awaited
    async def they_choose_another_time(self, who, quarter):
        if found := one(self.choosing, who):
            await self._keeps(found[0], quarter)

    @rule(quarter=QUARTERS, several=st.integers(2, 5))
    @awaited
    async def several_choose_the_same_time(self, quarter, several):
        """Of which there is one for each clinician."""
        kept = await asyncio.gather(*(self._keeps(Asked.new(), quarter) for _ in range(several)))
        assert sum(kept) <= len(CLINICIANS)

    @rule(who=st.lists(SOMEBODY, min_size=2, max_size=2, unique=True))
    @awaited
    async def two_change_places(self, who):
        if len(self.choosing) > 1 and who[0] % len(self.choosing) != who[1] % len(self.choosing):
            (one_asked, its), (other_asked, others) = (one(self.choosing, number) for number in who)
            await asyncio.gather(
                self._keeps_at(one_asked, others.starts_at), self._keeps_at(other_asked, its.starts_at)
            )

    @rule(who=SOMEBODY)
    @awaited
    async def they_give_it_back(self, who):
        if found := one(self.choosing, who):
            await self.desk.gives_back(found[0])
            del self.choosing[found[0]]

    @rule(who=SOMEBODY, held=st.booleans())
    @awaited
    async def they_send_their_request(self, who, held):
        if found := one(self.choosing, who):
            asked, hold = found
            disposition = Disposition.AWAIT if held else Disposition.BOOK
            kept = hold.is_kept(self.desk.clock.now())
            self.asked.append(asked)
            await self._hears(asked, asked.requested(disposition=disposition, hold_id=hold.id))
            if not held and kept:
                self.consultations[asked.request_id].may_be = {"booked"}
                (appointment,) = await self.desk.appointments(asked)
                assert (appointment["id"], appointment["starts_at"]) == (hold.appointment_id, hold.starts_at)

    @rule(who=SOMEBODY)
    @awaited
    async def they_withdraw_what_they_have_not_sent(self, who):
        if found := one(self.choosing, who):
            asked, hold = found
            del self.choosing[asked]
            self.asked.append(asked)
            await self._hears(asked, asked.withdrawn(version=3))
            self.messages.append((asked, asked.requested(hold_id=hold.id)))

    @rule()
    @awaited
    async def the_timer_tidies(self):
        await tidy_holds(self.desk.database)

    @rule(minutes=st.sampled_from([5, 15]))
    def minutes_pass(self, minutes):
        self.desk.clock.advance(timedelta(minutes=minutes))

    async def _keeps(self, asked, quarter):
        return await self._keeps_at(asked, self._at(quarter))

    async def _keeps_at(self, asked, at):
        """Whether it is kept now; otherwise what was kept before still is."""
        try:
            self.choosing[asked] = await self.desk.keeps(asked, at)
        except (TimeRefused, NoTimesToChoose, TooManyHolds, RequestIsSent):
            return False
        assert self.choosing[asked].starts_at == at
        return True

    # Patients who choose another time for what is booked, or call it off ----------------------------------------------

    @rule(who=SOMEBODY, quarter=QUARTERS)
    @awaited
    async def a_patient_moves(self, who, quarter):
        if asked := one(self.asked, who):
            await self._moves(asked, self._at(quarter))

    @rule(quarter=QUARTERS)
    @awaited
    async def all_who_are_booked_move_to_the_same_time(self, quarter):
        """Of which there is one for each clinician."""
        moved = await asyncio.gather(*(self._moves(asked, self._at(quarter)) for asked in self.asked[:8]))
        assert sum(moved) <= len(CLINICIANS)

    @rule(who=SOMEBODY, quarters=st.lists(QUARTERS, min_size=2, max_size=2, unique=True))
    @awaited
    async def one_patient_moves_in_two_windows(self, who, quarters):
        if asked := one(self.asked, who):
            seen = await self._revision(asked)
            moved = await asyncio.gather(*(self._moves(asked, self._at(quarter), seen) for quarter in quarters))
            assert sum(moved) <= 1

    @rule(who=SOMEBODY, reason=st.sampled_from([None, *PatientReason]))
    @awaited
    async def a_patient_calls_off(self, who, reason):
        if asked := one(self.asked, who):
            with suppress(NothingToChange):
                await self.desk.calls_off(asked, seen=await self._revision(asked), reason=reason)
                self.consultations[asked.request_id].may_be = {"cancelled"}

    @rule(who=SOMEBODY)
    @awaited
    async def a_patient_says_in_two_windows_that_they_come(self, who):
        if asked := one(self.asked, who):
            seen = await self._revision(asked)
            with suppress(NothingToChange):
                await asyncio.gather(*(self.desk.says_they_come(asked, seen=seen) for _ in range(2)))

    async def _moves(self, asked, at, seen=None):
        """Whether it was moved now; otherwise it stays as it was."""
        before = await self.desk.consultation(asked)
        try:
            await self.desk.moves(asked, at, seen=seen or await self._revision(asked))
        except (TimeRefused, NoTimesToChoose, NothingToChange, ChangedMeanwhile, TooLateToMove, TooManyMoves):
            return False
        after = await self.desk.consultation(asked)
        if after["version"] == before["version"]:
            return False
        life = self.consultations[asked.request_id]
        life.moved, life.calendar = life.moved + 1, None
        return True

    async def _revision(self, asked):
        rows = await self.desk.appointments(asked)
        return next((row["revision"] for row in reversed(rows) if row["consultation_id"]), 1)

    # Sessions ------------------------------------------------------------------------------------------------------

    @rule(who=SOMEBODY, quarter=QUARTERS, clinician=st.integers(0, 1))
    @awaited
    async def staff_book(self, who, quarter, clinician):
        if asked := one(self.asked, who):
            self._booked(
                *await self._tried(book(self.desk, asked.patient_id, self._at(quarter), CLINICIANS[clinician]))
            )

    @rule(who=st.lists(SOMEBODY, min_size=2, max_size=6), quarter=QUARTERS)
    @awaited
    async def several_want_one_time_of_one_clinician(self, who, quarter):
        wanted = [asked for number in who if (asked := one(self.asked, number))]
        answers = await asyncio.gather(
            *(self._tried(book(self.desk, asked.patient_id, self._at(quarter))) for asked in wanted)
        )
        assert sum(refused is None for refused, _ in answers) <= 1
        for answer in answers:
            self._booked(*answer)

    @rule(who=SOMEBODY, quarter=QUARTERS, urgency=st.sampled_from(Urgency))
    @awaited
    async def staff_and_a_request_want_the_same_times(self, who, quarter, urgency):
        """Two requests, of which nobody knows what staff will take first."""
        known = one(self.asked, who)
        new = [Asked.new(), Asked.new()]
        _, _, *answers = await asyncio.gather(
            *(self.desk.hears(asked.requested(urgency=urgency)) for asked in new),
            *([self._tried(book(self.desk, known.patient_id, self._at(quarter)))] if known else []),
        )
        for asked in new:
            self.asked.append(asked)
            self.consultations[asked.request_id] = Life({"booked", "waitlisted"})
        for answer in answers:
            self._booked(*answer)

    @rule(which=SOMEBODY, reason=st.sampled_from(CancelReason))
    @awaited
    async def staff_cancel(self, which, reason):
        if found := one(self.sessions, which):
            session_id, life = found
            refused, _ = await self._tried(self._cancel(session_id, reason))
            if life.state in {"completed", "missed"}:
                assert refused is SessionNotBooked
            else:
                assert refused is (AppointmentIsOver if life.went == "in-progress" else None)
            if life.state == "booked" and refused is None:
                life.may_be, life.went = {"cancelled"}, None

    @rule(which=SOMEBODY, outcome=st.sampled_from(Outcome))
    @awaited
    async def staff_record(self, which, outcome):
        if found := one(self.sessions, which):
            session_id, life = found
            happened = what_happened(outcome)
            refused, _ = await self._tried(self._record(session_id, happened))
            expected = {
                "booked": None,
                "cancelled": SessionNotBooked,
                "missed": SessionNotBooked,
                "completed": None if happened == life.record else SessionAlreadyRecorded,
            }
            assert refused is expected[life.state]
            if life.state == "booked":
                life.may_be, life.record, life.went = {"completed"}, happened, None

    @rule(which=SOMEBODY, outcome=st.sampled_from(Outcome), seen_long_ago=st.booleans())
    @awaited
    async def staff_amend(self, which, outcome, seen_long_ago):
        if found := one(self.sessions, which):
            session_id, life = found
            corrected = what_happened(outcome, dose=40.0)
            refused, _ = await self._tried(self._amend(session_id, corrected, life.version - seen_long_ago))
            if life.record is None:
                assert refused is SessionNotRecorded
            elif corrected == life.record:
                assert refused is None
            else:
                assert refused is (RecordChanged if seen_long_ago else None)
                if not seen_long_ago:
                    life.record, life.amended = corrected, life.amended + 1

    @rule(which=SOMEBODY)
    @awaited
    async def two_amend_at_once(self, which):
        if (found := one(self.sessions, which)) and found[1].record is not None:
            session_id, life = found
            corrections = [what_happened(Outcome.FULL, dose=50.0 + life.amended + n / 10) for n in range(2)]
            answers = await asyncio.gather(
                *(self._tried(self._amend(session_id, corrected, life.version)) for corrected in corrections)
            )
            assert [refused for refused, _ in answers if refused] == [RecordChanged]
            (life.record,) = [session.record for refused, session in answers if refused is None]
            life.amended += 1

    @rule(which=SOMEBODY)
    @awaited
    async def one_records_and_another_cancels(self, which):
        if (found := one(self.sessions, which)) and found[1].state == "booked":
            session_id, life = found
            happened = what_happened(Outcome.FULL)
            answers = await asyncio.gather(
                self._tried(self._record(session_id, happened)),
                self._tried(self._cancel(session_id, CancelReason.EQUIPMENT)),
            )
            begun = life.went == "in-progress"
            assert [refused for refused, _ in answers if refused] in (
                [[SessionNotBooked], [AppointmentIsOver]] if begun else [[SessionNotBooked]]
            )
            life.may_be, life.went = {"completed"} if answers[0][0] is None else {"cancelled"}, None
            life.record = happened if answers[0][0] is None else None

    # What staff do with one appointment, whatever it is for --------------------------------------------------------------

    @rule(which=SOMEBODY, press=st.sampled_from(sorted(PRESSES)), seen_long_ago=st.booleans())
    @awaited
    async def staff_press(self, which, press, seen_long_ago):
        if found := await self._one_appointment(which):
            before, life = found
            refused = await self._press(before, PRESSES[press], before["version"] - seen_long_ago)
            expected = self._expected(press, before, seen_long_ago)
            assert refused is (expected if isinstance(expected, type) else None)
            if isinstance(expected, str):
                self._went(life, expected)

    @rule(which=SOMEBODY)
    @awaited
    async def one_receives_and_another_misses_them(self, which):
        found = await self._one_appointment(which)
        if found and found[0]["state"] == "booked" and found[0]["starts_at"] <= self.desk.clock.now():
            before, life = found
            refused = await asyncio.gather(
                self._press(before, arrive_patient, before["version"]),
                self._press(before, miss_appointment, before["version"]),
            )
            assert sum(answer is None for answer in refused) == 1
            self._went(life, "arrived" if refused[0] is None else "missed")

    @rule(which=SOMEBODY, reason=st.sampled_from(CancelReason))
    @awaited
    async def staff_cancel_what_they_see(self, which, reason):
        if found := await self._one_appointment(which):
            before, life = found
            refused = await self._press(before, cancel_by_staff, before["version"], reason)
            assert refused is (AppointmentIsOver if before["state"] in {"in-progress", "completed", "missed"} else None)
            if refused is None:
                life.may_be, life.went = {"cancelled"}, None

    @rule(which=SOMEBODY, quarter=QUARTERS, late=st.booleans(), nevertheless=st.booleans())
    @awaited
    async def staff_move(self, which, quarter, late, nevertheless):
        """`late` is after closing time: then somebody has to mean it."""
        if found := await self._one_appointment(which):
            before, life = found
            override = Override(STAFF_ID, frozenset({Role.NURSE}), OverrideReason.PATIENT_NEEDS_IT)
            new = NewTime(self._at(quarter + 20 * late), override=override if nevertheless else None)
            refused = await self._press(before, move_by_staff, before["version"], new)
            if before["state"] in {"booked", "arrived"}:
                assert refused in (None, TimeRefused)
                assert not late or nevertheless or refused or before["starts_at"] == new.starts_at
            else:
                assert refused in (AppointmentIsOver, None)
            after = await self.desk.database.pool.fetchrow("select * from appointment where id = $1", before["id"])
            if after["version"] != before["version"]:
                assert after["overridden"] == (["closed"] if late else [])
                life.moved, life.calendar = life.moved + 1, None
                if day_of(after["starts_at"], CLINIC.zone) != day_of(before["starts_at"], CLINIC.zone):
                    life.went = None  # nobody has arrived for another day

    @rule(who=SOMEBODY, quarter=QUARTERS)
    @awaited
    async def staff_name_a_time_for_who_waits_or_was_missed(self, who, quarter):
        if asked := one(self.asked, who):
            life = self.consultations[asked.request_id]
            wish = ConsultationWanted(
                CLINIC.id, asked.patient_id, self._at(quarter), STAFF_ID, request_id=asked.request_id
            )
            try:
                async with self.desk.database.transaction() as tx:
                    await book_consultation(tx, wish)
            except NobodyWaits:
                assert life.withdrawn or not life.may_be & {"waitlisted", "missed"}
            except TimeRefused:
                pass
            else:
                assert not life.withdrawn
                self._anew(life, "booked")

    @rule(which=SOMEBODY)
    @awaited
    async def who_was_missed_waits_again(self, which):
        if found := await self._one_appointment(which):
            before, life = found
            waits = before["consultation_id"] and before["state"] == "missed" and "waitlisted" in life.may_be
            may = before["consultation_id"] and before["state"] == "missed" and life.may_be == {"missed"}
            refused = await self._press(before, wait_again, before["version"])
            assert refused is (None if waits or (may and not life.withdrawn) else NotMissed)
            if refused is None and not waits:
                self._anew(life, "waitlisted")

    def _expected(self, press, before, seen_long_ago):
        """The refusal, the state after it, or None where nothing changes."""
        state = before["state"]
        if press == "complete" and before["session_id"]:
            return RecordWanted
        if (press, state) in SAME:
            return None
        if (press, state) not in LEADS_TO:
            return AppointmentIsOver
        now = self.desk.clock.now()
        if (press, state) in {("miss", "booked"), ("complete", "booked")} and before["starts_at"] > now:
            return NotTimeYet
        if press in {"arrive", "begin"} and day_of(before["starts_at"], CLINIC.zone) != day_of(now, CLINIC.zone):
            return NotItsDay
        if press == "take begin back" and before["arrived_at"] == before["began_at"]:
            return ChangedMeanwhile if seen_long_ago else "booked"
        return ChangedMeanwhile if seen_long_ago else LEADS_TO[press, state]

    def _went(self, life, state):
        life.went = None if state in {"booked", "missed"} else state
        if state == "missed":
            life.may_be, life.missed = {"missed"}, life.missed + 1

    def _anew(self, life, *may_be):
        """After it was missed."""
        life.may_be, life.went, life.ended, life.calendar, life.moved = set(may_be), None, None, None, 0

    async def _one_appointment(self, which):
        rows = await self._rows(
            """
            select appointment.*, consultation.request_id
              from appointment left join consultation on consultation.id = consultation_id
             where appointment.state <> 'held'
             order by appointment.id
            """
        )
        if not rows:
            return None
        row = rows[which % len(rows)]
        life = self.sessions[row["session_id"]] if row["session_id"] else self.consultations[row["request_id"]]
        return row, life

    async def _press(self, before, do, seen, *more):
        """The refusal's type, or None."""
        try:
            async with self.desk.database.transaction() as tx:
                await do(tx, Press(CLINIC.id, before["id"], max(seen, 0), STAFF_ID), *more)
        except (
            AppointmentIsOver,
            ChangedMeanwhile,
            NotItsDay,
            NotMissed,
            NotTimeYet,
            RecordWanted,
            TimeRefused,
        ) as refused:
            return type(refused)
        return None

    def _at(self, quarter):
        """Tomorrow, by the clinic's clock."""
        now = self.desk.clock.now()
        return now.replace(hour=16, minute=0) + timedelta(days=1, minutes=15 * quarter)

    def _booked(self, refused, session):
        assert refused in (None, TimeRefused)
        if refused is None:
            self.sessions[session.id] = Life({"booked"})

    async def _tried(self, work):
        """The refusal's type, or None, and the answer."""
        try:
            return None, await work
        except (
            TimeRefused,
            SessionNotBooked,
            SessionAlreadyRecorded,
            SessionNotRecorded,
            RecordChanged,
            AppointmentIsOver,
        ) as refused:
            return type(refused), None

    async def _cancel(self, session_id, reason):
        async with self.desk.database.transaction() as tx:
            return await cancel_session(tx, await sessions.lock(tx, CLINIC.id, session_id), reason=reason, by=STAFF_ID)

    async def _record(self, session_id, happened):
        async with self.desk.database.transaction() as tx:
            return await record_session(tx, CLINIC.id, session_id, happened, by=STAFF_ID, now=self.desk.clock.now())

    async def _amend(self, session_id, corrected, seen_version):
        async with self.desk.database.transaction() as tx:
            return await amend_record(
                tx,
                CLINIC.id,
                session_id,
                corrected,
                seen_version=seen_version,
                because=AmendReason.MISTYPED,
                by=STAFF_ID,
            )

    @rule(hours=st.sampled_from([1, 5, 24, 72]))
    def time_passes(self, hours):
        self.desk.clock.advance(timedelta(hours=hours))

    # What holds after every step -----------------------------------------------------------------------------------

    @invariant()
    @awaited
    async def nothing_overlaps(self):
        assert await self.desk.overlaps() == 0

    @invariant()
    @awaited
    async def everything_is_as_the_model_says_and_as_was_said(self):
        said = await self._said()
        appointments = {
            row["consultation_id"] or row["session_id"]: row
            for row in await self._rows(
                """
                select appointment.*,
                       exists (select from resource_booking
                                where appointment_id = appointment.id and resource_booking.active) as active
                  from appointment
                 where state <> 'held'
                 order by id
                """
            )
        }
        for row in await self._rows("select id, request_id, state, version, 0 as earlier from consultation"):
            its = appointments.get(row["id"])
            if its is not None and its["state"] == "missed" != row["state"]:
                its = None  # it has none since then
            self._holds(self.consultations[row["request_id"]], row, its, said[row["id"]])
        for row in await self._rows(
            """
            select id, state, version, dose_mg, outcome,
                   (select count(*) from session_record_earlier where session_id = session.id) as earlier
              from session
            """
        ):
            life = self.sessions[row["id"]]
            self._holds(life, row, appointments[row["id"]], said[row["id"]])
            assert (row["version"], row["earlier"]) == (life.version, life.amended)
            if life.record:
                assert (row["outcome"], row["dose_mg"]) == (life.record.outcome, life.record.dose_mg)
        assert sum(row["state"] != "missed" for row in appointments.values()) == (
            await self.desk.database.pool.fetchval(
                "select count(*) from appointment where state not in ('held', 'missed')"
            )
        )

    @invariant()
    @awaited
    async def who_comes_to_a_time_has_said_so_once(self):
        said = await self.desk.said("attendance-confirmed")
        told = [(body["appointment_id"], body["revision"]) for _, body in said]
        kept = await self._rows("select appointment_id::text, revision from attendance")
        assert sorted(told) == sorted(map(tuple, kept))
        assert len(set(told)) == len(told)

    @invariant()
    @awaited
    async def what_is_kept_is_kept_for_those_who_chose_it(self):
        kept = {
            row["appointment_id"]: row
            for row in await self._rows(
                """
                select hold.request_id, hold.starts_at, appointment.id as appointment_id, held_until,
                       appointment.starts_at = hold.starts_at as same,
                       (select count(*) from resource_booking
                         where appointment_id = appointment.id and active) as active
                  from appointment left join hold on hold.appointment_id = appointment.id
                 where state = 'held'
                """
            )
        }
        known = {hold.appointment_id: asked.request_id for asked, hold in self.choosing.items()}
        for appointment_id, row in kept.items():
            assert row["request_id"] == known[appointment_id]
            assert row["same"]
            assert row["active"] == 1
        now = self.desk.clock.now()
        assert {hold.appointment_id for hold in self.choosing.values() if hold.is_kept(now)} <= kept.keys()

    def _holds(self, life, row, appointment, said):
        assert row["state"] in life.may_be
        life.may_be = {row["state"]}
        assert said.topics[-1:] == ([] if row["state"] == "awaiting" else [TOPICS.get(row["state"], row["state"])])
        assert said.versions == list(range(1, row["version"] + 1 - row["earlier"]))
        assert all(revisions == sorted(set(revisions)) for revisions in said.revisions.values())
        if row["state"] == "awaiting" or row["state"] == "waitlisted":
            assert appointment is None
        elif appointment is not None:
            self._its_appointment_holds(life, row["state"], appointment, said)
        if row["state"] in OVER:
            end = (row["state"], appointment and appointment["revision"])
            assert life.ended in (None, end)
            life.ended = end

    def _its_appointment_holds(self, life, state, appointment, said):
        assert appointment["state"] == (life.went or state)
        assert state == "missed" or appointment["active"] is (state != "cancelled")
        its = said.revisions[str(appointment["id"])]
        assert its[-1] == appointment["revision"] == 1 + life.moved + (state in {"cancelled", "missed"})
        calendar = tuple(appointment[name] for name in ("id", "starts_at", "ends_at", "local_start", "zone"))
        assert len(said.revisions) == 1 + life.missed - (state == "missed")
        assert life.calendar in (None, calendar)
        life.calendar = calendar

    async def _said(self):
        said: defaultdict[object, Said] = defaultdict(Said)
        for row in await self._rows(
            """
            select topic, (headers::jsonb ->> 'ce_subject')::uuid as subject,
                   (headers::jsonb ->> 'ce_subjectversion')::bigint as version,
                   convert_from(body, 'utf8')::jsonb -> 'appointment' ->> 'appointment_id' as appointment_id,
                   (convert_from(body, 'utf8')::jsonb -> 'appointment' ->> 'revision')::integer as revision
              from outbox
             where topic not in ('consultation-late', 'attendance-confirmed') -- facts, not what became of anybody
             order by seq
            """
        ):
            one_said = said[row["subject"]]
            one_said.topics.append(row["topic"].partition("-")[2])
            one_said.versions.append(row["version"])
            if row["revision"] is not None:
                one_said.revisions[row["appointment_id"]].append(row["revision"])
        return said

    async def _rows(self, query):
        return await self.desk.database.pool.fetch(query)


def what_happened(outcome, dose=35.0):
    return SessionRecord(NOON, NOON + timedelta(minutes=80), outcome, Severity.MILD, dose)


def one(of, number):
    """Somebody or something, by a number; None while there is nobody."""
    things = list(of.items()) if isinstance(of, dict) else of
    return things[number % len(things)] if things else None


async def test_appointments_live_as_the_model_says(bare_desk):
    await bare_desk.set_up(SMALL_CLINIC)

    await assert_every_life_holds(lambda: LifeOfAppointments(bare_desk), steps=30, ordinary=30)
