"""A journey: what patients and staff of one clinic do, by the real use cases, each event heard as Kafka may bring it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from operations.demo_clinic import demo_clinic
from services.intake.domain.consent import consents_of
from services.intake.domain.consultation_request import ConsultationBegan, RequestWithdrawn
from services.intake.domain.draft import Submission
from services.intake.domain.fair_share import NOT_COUNTED, Held, Share
from services.intake.domain.guided.answers import Values
from services.intake.domain.reasons import Reason
from services.intake.domain.staff_actions import Actor
from services.intake.use_cases.begin_request import begin_request
from services.intake.use_cases.clear_request import clear_request
from services.intake.use_cases.finish_follow_up import FollowUpNotFound, finish_follow_up
from services.intake.use_cases.save_page import save_page
from services.intake.use_cases.send_request import send_draft
from services.intake.use_cases.submit_request import Door, submit_request
from services.intake.use_cases.withdraw_request import withdraw_request
from services.notifications.domain.staff import LastAdministrator
from services.notifications.use_cases.acknowledge_item import acknowledge_item
from services.notifications.use_cases.change_staff import change_roles, deactivate, reactivate
from services.notifications.use_cases.invite_staff import invite_staff
from services.scheduling.domain.clinic import Clinic, ResourceKind
from services.scheduling.domain.decision import REASONS, AmendedBecause
from services.scheduling.domain.late import GivenUpBecause
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.session import CancelReason, SessionAlreadyRecorded, SessionNotBooked
from services.scheduling.domain.session_record import SessionRecord
from services.scheduling.store import consultations, sessions
from services.scheduling.use_cases.book_session import PatientUnknown, SessionWanted, book_session
from services.scheduling.use_cases.cancel_session import cancel_session
from services.scheduling.use_cases.decide_consultation import Deciding, decide_consultation
from services.scheduling.use_cases.give_up_deadline import give_up_deadline
from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.record_session import record_session
from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from services.scheduling.use_cases.say_late import say_late
from services.scheduling.use_cases.set_up_clinic import set_up_clinic
from services.scheduling.use_cases.take_in_hand import Press
from shared.events.consultation import LateBecause
from shared.events.session import Outcome, Severity
from shared.events.staff import Role
from shared.events.values import DayPart, DecidedBy, Weekday, Wishes
from shared.ids import uuid7
from tests.integration.journeys import said_for_intake
from tests.integration.journeys.house import House
from tests.integration.journeys.said import Said, hear_in_order, said_since

ROLES = ((Role.NURSE,), (Role.FRONT_DESK, Role.CLINICIAN), (Role.ADMINISTRATOR,))
QUARTER = timedelta(minutes=15)


def clinic_of_its_own(clinic_id: UUID) -> Clinic:
    """The demo clinic once more, with rooms and people of its own."""
    demo = demo_clinic()
    return replace(demo, id=clinic_id, resources=tuple(replace(one, id=uuid7()) for one in demo.resources))


@dataclass
class Journey:
    """Everything that happens at one clinic. `step(verb, number)` does one thing; the number says to whom and how."""

    house: House
    clinic: Clinic
    requests: list[UUID] = field(default_factory=list)
    patients: list[UUID] = field(default_factory=list)
    sessions: list[UUID] = field(default_factory=list)
    staff: list[UUID] = field(default_factory=list)
    questionnaires: list[tuple[UUID, UUID]] = field(default_factory=list)
    _over: set[UUID] = field(default_factory=set)
    _heard: dict[tuple[str, str], int] = field(default_factory=dict)
    _began: dict[str, int] = field(default_factory=dict)

    @classmethod
    async def begin(cls, house: House) -> "Journey":
        journey = cls(house, clinic_of_its_own(uuid7()))
        journey._began = {
            service: await _newest(house, service) for service in ("intake", "scheduling", "notifications")
        }
        async with house["scheduling"].transaction() as tx:
            await set_up_clinic(tx, journey.clinic)
        for number in range(2):
            await journey.staff_join(number + 2)
        return journey

    async def step(self, verb: str, number: int) -> None:
        await VERBS[verb](self, number)

    async def end(self) -> list[Said]:
        """Everything is heard, and what comes of it; everything that was said, each service's in its own order."""
        await self.hear(0)
        return [one for service, began in self._began.items() for one in await said_since(self.house, service, began)]

    # Patients, and staff for them ----------------------------------------------------------------------------------

    async def ask(self, number: int) -> None:
        """One in three at risk, one in four unreachable, one in five held until staff have looked."""
        clinic = self.house.settings.clinic.model_copy(update={"id": self.clinic.id})
        reachable = number % 4 != 3
        submission = Submission(
            name="Ines Marchetti",
            email="ines@example.com" if reachable else None,
            mobile=None,
            reasons=(Reason.SUICIDAL_IDEATION,) if number % 3 == 2 else (Reason.DEPRESSION,),
            wishes=Wishes(weekdays=tuple(Weekday)[number % 7 : number % 7 + 2], day_parts=(DayPart.MORNING,)),
            consents=consents_of(["contact-email-1"] if reachable else [], clinic.name),
            zone=clinic.zone,
        )
        share = Share(held=Held.LIKE_A_PROGRAM) if number % 5 == 4 else NOT_COUNTED
        cipher = await self.house.keyring.newcomer()
        async with self.house["intake"].transaction() as tx:
            submitted = await submit_request(tx, submission, cipher, Door(clinic, "http://127.0.0.1"), share)
        self.requests.append(submitted.request.id)
        self.patients.append(cipher.patient_id)

    async def worry(self, number: int) -> None:
        """A risk in a request that is filled in page by page; one in two rises, one in three is sent in the end."""
        clinic = self.house.settings.clinic.model_copy(update={"id": self.clinic.id})
        door, cipher = Door(clinic, "http://127.0.0.1"), await self.house.keyring.newcomer()
        pages: dict[str, Values] = {"safety": {"safety": ("yes",)}}
        if number % 2:
            pages["screener-plan"] = {"screener-plan": ("yes",)}
        if number % 3 == 0:
            pages |= {"name": {"name": ("Ines Marchetti",)}, "reasons": {"reasons": ("anxiety",)}}
            pages["contact"] = {"email": ("ines@example.com",), "consents": ("contact-email-1",)}
        async with self.house["intake"].transaction() as tx:
            token = await begin_request(tx, cipher, door, "en")
        for slug, values in pages.items():
            async with self.house["intake"].transaction() as tx:
                await save_page(tx, token, cipher, slug, values, 0)
        if "contact" in pages:
            async with self.house["intake"].transaction() as tx:
                submitted = await send_draft(tx, token, cipher, door)
            self.requests.append(submitted.request.id)
            self.patients.append(cipher.patient_id)

    async def withdraw(self, number: int) -> None:
        if not self._open():
            return
        by = DecidedBy.STAFF if number % 2 else DecidedBy.PATIENT
        async with self.house["intake"].transaction() as tx:
            await withdraw_request(tx, self.clinic.id, one(self._open(), number), by)

    async def clear(self, number: int) -> None:
        if not self._open():
            return
        by = Actor(one(self.staff, number), "Rita Imura", Role.CLINICIAN)
        async with self.house["intake"].transaction() as tx:
            await clear_request(tx, self.clinic.id, one(self._open(), number), by)

    async def follow_up(self, number: int) -> None:
        if not self.sessions:
            return
        async with self.house["intake"].transaction() as tx:
            await finish_follow_up(tx, self.clinic.id, one(self.sessions, number), one(self.staff, number))

    # What intake says of later news -------------------------------------------------------------------------------

    def _open(self) -> list[UUID]:
        """Nobody decides again about what was declined."""
        return [request for request in self.requests if request not in self._over]

    async def decline(self, number: int) -> None:
        await self._say_of_open_request(said_for_intake.decline, number)
        if self._open():
            self._over.add(one(self._open(), number))

    async def ask_for_more(self, number: int) -> None:
        await self._say_of_open_request(said_for_intake.ask_for_more, number)

    async def answer(self, number: int) -> None:
        await self._say_of_open_request(said_for_intake.answer, number)

    async def _say_of_open_request(self, say, number: int) -> None:
        if not self._open():
            return
        async with self.house["intake"].transaction() as tx:
            await say(tx, self.clinic.id, one(self._open(), number))

    async def change_contact(self, number: int) -> None:
        """One in three leaves no address."""
        if not self.patients:
            return
        email = f"{number}@example.com" if number % 3 else None
        async with self.house["intake"].transaction() as tx:
            await said_for_intake.change_contact(
                tx, self.house.keyring, self.clinic.id, one(self.patients, number), email
            )

    async def pause(self, number: int) -> None:
        """Every other one sends the request all the same."""
        if not self.requests:
            return
        to_be = one(self.requests, number) if number % 2 else uuid7()
        async with self.house["intake"].transaction() as tx:
            await said_for_intake.pause(tx, self.clinic.id, one(self.patients, number), to_be)

    async def scales_due(self, number: int) -> None:
        if not self.patients:
            return
        patient = one(self.patients, number)
        session = one(self.sessions, number) if self.sessions else None
        async with self.house["intake"].transaction() as tx:
            self.questionnaires.append(
                (patient, await said_for_intake.make_scales_due(tx, self.clinic.id, patient, session))
            )

    async def complete_scale(self, number: int) -> None:
        if not self.questionnaires:
            return
        patient, questionnaire = one(self.questionnaires, number)
        async with self.house["intake"].transaction() as tx:
            await said_for_intake.complete_scale(tx, self.clinic.id, patient, questionnaire, finished=number % 3 > 0)

    # Sessions ------------------------------------------------------------------------------------------------------

    async def book(self, number: int) -> None:
        """At ten tomorrow or the days after, or at the nearest time that is offered instead."""
        if not self.patients:
            return
        now = self.house.clock.now()
        at = now.replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=1 + number % 6)
        try:
            await self._book(one(self.patients, number), at)
        except TimeRefused as refused:
            if refused.instead:
                await self._book(one(self.patients, number), refused.instead[0])

    async def _book(self, patient_id: UUID, at) -> None:
        prescriber = one(self.clinic.of_kind(ResourceKind.CLINICIAN), at.day)
        wish = SessionWanted(self.clinic.id, patient_id, prescriber.id, at, self.staff[0])
        async with self.house["scheduling"].transaction() as tx:
            self.sessions.append((await book_session(tx, wish, self.house.clock.now())).id)

    async def cancel(self, number: int) -> None:
        if not self.sessions:
            return
        reason = one(tuple(CancelReason), number)
        async with self.house["scheduling"].transaction() as tx:
            await cancel_session(
                tx, await sessions.lock(tx, self.clinic.id, one(self.sessions, number)), reason=reason, by=self.staff[0]
            )

    async def record(self, number: int) -> None:
        if not self.sessions:
            return
        ended = self.house.clock.now() - QUARTER
        happened = SessionRecord(ended - 5 * QUARTER, ended, one(tuple(Outcome), number), one(tuple(Severity), number))
        async with self.house["scheduling"].transaction() as tx:
            await record_session(
                tx, self.clinic.id, one(self.sessions, number), happened, by=self.staff[0], now=self.house.clock.now()
            )

    # Consultations -------------------------------------------------------------------------------------------------

    async def decide(self, number: int) -> None:
        """Once the consultation has begun: until then time passes. What was decided before is decided anew."""
        booked = await self.house["scheduling"].pool.fetch(
            """
            select c.id, c.request_id, a.starts_at,
                   (select count(*)::int from consultation_decision where consultation_id = c.id) as seen
              from consultation as c join appointment as a on a.consultation_id = c.id
             where c.clinic_id = $1 and a.state in ('booked', 'completed')
             order by c.requested_at, c.id
            """,
            self.clinic.id,
        )
        if not booked:
            return
        chosen = one(booked, number)
        self.house.clock.advance(max(chosen["starts_at"] - self.house.clock.now(), timedelta(0)) + QUARTER)
        decision, reasons = one(tuple(REASONS.items()), number)
        deciding = Deciding(
            chosen["id"],
            decision,
            one(reasons, number),
            chosen["seen"],
            self.staff[0],
            AmendedBecause.RECONSIDERED if chosen["seen"] else None,
        )
        async with self.house["scheduling"].transaction() as tx:
            await decide_consultation(tx, self.clinic.id, deciding)
        self._over.add(chosen["request_id"])

    async def give_up(self, number: int) -> None:
        """A deadline, once it has passed and staff have heard so."""
        due = await self.house["scheduling"].pool.fetch(
            """
            select id, due_by from consultation
             where clinic_id = $1 and due_by is not null and late_look_at is not null and not withdrawn
             order by requested_at, id
            """,
            self.clinic.id,
        )
        if not due:
            return
        chosen = one(due, number)
        self.house.clock.advance(max(chosen["due_by"] - self.house.clock.now(), timedelta(0)) + QUARTER)
        async with self.house["scheduling"].transaction() as tx:
            late = await consultations.lock_here(tx, self.clinic.id, chosen["id"])
            await say_late(tx, late, LateBecause.NO_TIME, None)
        async with self.house["scheduling"].transaction() as tx:
            because = one(tuple(GivenUpBecause), number)
            await give_up_deadline(tx, self.clinic.id, chosen["id"], because, seen=chosen["due_by"], by=self.staff[0])

    # Whoever does not come -----------------------------------------------------------------------------------------

    async def miss(self, number: int) -> None:
        """A consultation or a session; until it has begun time passes."""
        booked = await self.house["scheduling"].pool.fetch(
            """
            select a.id, a.version, a.starts_at, c.request_id
              from appointment as a left join consultation as c on c.id = a.consultation_id
             where a.clinic_id = $1 and a.state = 'booked'
             order by a.starts_at, a.id
            """,
            self.clinic.id,
        )
        if not booked:
            return
        chosen = one(booked, number)
        self.house.clock.advance(max(chosen["starts_at"] - self.house.clock.now(), timedelta(0)) + QUARTER)
        async with self.house["scheduling"].transaction() as tx:
            await miss_appointment(tx, Press(self.clinic.id, chosen["id"], chosen["version"], self.staff[0]))
        self._over.add(chosen["request_id"])

    # Staff ---------------------------------------------------------------------------------------------------------

    async def staff_join(self, number: int) -> None:
        email = f"{uuid7().hex}@ternstreet.example"
        async with self.house["notifications"].transaction() as tx:
            await invite_staff(tx, self.clinic.id, email, "Rita Imura", one(ROLES, number))
            self.staff.append(await tx.fetchval("select id from staff where email = $1", email))

    async def staff_change(self, number: int) -> None:
        person = one(self.staff, number)
        async with self.house["notifications"].transaction() as tx:
            match number % 3:
                case 0:
                    await change_roles(tx, self.clinic.id, person, one(ROLES, number // 3))
                case 1:
                    await deactivate(tx, self.clinic.id, person)
                case _:
                    await reactivate(tx, self.clinic.id, person)

    async def acknowledge(self, number: int) -> None:
        async with self.house["notifications"].transaction() as tx:
            item = await tx.fetchrow(
                "select id, attention from inbox_item where clinic_id = $1 and state = 'open' order by kind = 'risk' desc",
                self.clinic.id,
            )
            if item is not None:
                await acknowledge_item(tx, self.clinic.id, item["id"], item["attention"], one(self.staff, number))

    # Time and news -------------------------------------------------------------------------------------------------

    async def wait(self, number: int) -> None:
        """Minutes, hours or days."""
        self.house.clock.advance(one((QUARTER, timedelta(hours=5), timedelta(days=1)), number) * (1 + number % 4))

    async def hear(self, number: int) -> None:
        """Everybody hears everything that was said so far, and what comes of it; the waiting list is looked at."""
        del number
        while await hear_in_order(self.house, self._began, self._heard):
            pass
        while await review_waiting_list(self.house["scheduling"]):
            pass
        await hear_in_order(self.house, self._began, self._heard)


Verb = Callable[[Journey, int], Awaitable[None]]
REFUSALS = (
    ConsultationBegan,
    RequestWithdrawn,
    FollowUpNotFound,
    PatientUnknown,
    TimeRefused,
    SessionNotBooked,
    SessionAlreadyRecorded,
    LastAdministrator,
)


def _may_be_refused(verb: Verb) -> Verb:
    async def tried(journey: Journey, number: int) -> None:
        try:
            await verb(journey, number)
        except REFUSALS:
            return

    return tried


VERBS: dict[str, Verb] = {
    verb.__name__: _may_be_refused(verb)
    for verb in (
        Journey.ask,
        Journey.worry,
        Journey.withdraw,
        Journey.clear,
        Journey.follow_up,
        Journey.decline,
        Journey.ask_for_more,
        Journey.answer,
        Journey.change_contact,
        Journey.pause,
        Journey.scales_due,
        Journey.complete_scale,
        Journey.book,
        Journey.cancel,
        Journey.record,
        Journey.decide,
        Journey.give_up,
        Journey.miss,
        Journey.staff_join,
        Journey.staff_change,
        Journey.acknowledge,
        Journey.wait,
        Journey.hear,
    )
}


def one(of, number: int):
    return of[number % len(of)]


async def _newest(house: House, service: str) -> int:
    return await house[service].pool.fetchval("select coalesce(max(seq), 0) from outbox")
