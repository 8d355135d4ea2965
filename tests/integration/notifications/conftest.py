"""Notifications on a real database, with a real SMTP conversation, and a twin of scheduling."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from operations.embedded.mail_sink import MailSink
from services.notifications.app import SERVICE
from services.notifications.domain.message import Standing
from services.notifications.outside.mail_server import SmtpServer
from services.notifications.store.letter_texts import read_wordings
from services.notifications.use_cases.outside import SchedulingSilent
from services.notifications.use_cases.send_due_messages import Sender
from services.notifications.use_cases.watch_scheduling import WatchedScheduling
from services.notifications.use_cases.write_mail import MailWriter
from shared.clock import FixedClock
from shared.database import Database
from shared.events.attendance import AttendanceConfirmed
from shared.events.base import Event
from shared.events.consultation import (
    ChangeLinkAsked,
    ConsultationCancelled,
    ConsultationCompleted,
    ConsultationDecision,
    ConsultationLate,
    ConsultationMissed,
    ConsultationScheduled,
    ConsultationWaitlisted,
    DeadlineGivenUp,
    LateBecause,
    SlotOffered,
)
from shared.events.consultation_request import (
    ConsultationCleared,
    ConsultationDeclined,
    ConsultationRequested,
    ConsultationWithdrawn,
    InformationAsked,
    InformationGiven,
)
from shared.events.move import MoveProposed, MoveWithdrawn
from shared.events.patient import PatientContactChanged
from shared.events.questionnaire import QuestionnaireCompleted, ScalesDue
from shared.events.risk import RiskLevel, RiskRaised, SeenIn
from shared.events.session import Outcome, SessionCancelled, SessionCompleted, SessionMissed, SessionScheduled, Severity
from shared.events.unsent_request import RequestPaused
from shared.events.values import (
    AppointmentTime,
    AwaitReason,
    ContactEnvelope,
    DecidedBy,
    DeclineLetter,
    Disposition,
    LinkTo,
    Urgency,
    Weekday,
    Wishes,
)
from shared.ids import uuid7
from shared.keyring import Keyring
from shared.keyring.contact import Contact, seal_contact
from shared.messaging.envelope import Received
from tests.conftest import NOON, MakeScratch, Scratch
from tests.integration.notifications.keys import KEYS

TIME = datetime(2026, 6, 18, 15, 30, tzinfo=NOON.tzinfo)
"""Thursday, June 18, 9:30 AM in Denver."""


class SchedulingTwin:
    """Answers as it was told, and knows no appointment that it was not told of."""

    def __init__(self) -> None:
        self.standings: dict[UUID, Standing] = {}
        self.away = False
        self.away_for_links = False
        self.asked = 0
        self.links: dict[UUID, str] = {}
        self.attendance_links: dict[tuple[UUID, int], str] = {}

    async def standing(self, appointment_id: UUID) -> Standing | None:
        self.asked += 1
        if self.away:
            raise SchedulingSilent
        return self.standings.get(appointment_id)

    async def change_link(self, request_id: UUID) -> str | None:
        if self.away:
            raise SchedulingSilent
        return self.links.get(request_id)

    async def offer_link(self, offer_id: UUID) -> str | None:
        if self.away:
            raise SchedulingSilent
        return self.links.get(offer_id)

    async def attendance_link(self, appointment_id: UUID, revision: int) -> str | None:
        if self.away_for_links:
            raise SchedulingSilent
        return self.attendance_links.get((appointment_id, revision))


@dataclass(frozen=True, slots=True)
class Said:
    """One event with what its headers would say."""

    event: Event
    subject: UUID
    version: int
    id: UUID = field(default_factory=uuid7)


@dataclass(slots=True)
class Journey:
    """Everything that is said of one patient, to be heard in any order."""

    clinic_id: UUID
    patient_id: UUID
    envelope: ContactEnvelope
    reachable: bool
    reseal: Callable[..., tuple[ContactEnvelope, bool]]
    """The same person with some of it changed, as that version of them; and whether they can be reached."""
    pause_id: UUID = field(default_factory=uuid7)
    questionnaire_id: UUID = field(default_factory=uuid7)
    request_id: UUID = field(default_factory=uuid7)
    consultation_id: UUID = field(default_factory=uuid7)
    offer_id: UUID = field(default_factory=uuid7)
    appointment_id: UUID = field(default_factory=uuid7)
    session_id: UUID = field(default_factory=uuid7)
    session_appointment_id: UUID = field(default_factory=uuid7)
    risk_id: UUID = field(default_factory=uuid7)
    late_id: UUID = field(default_factory=uuid7)
    late_again_id: UUID = field(default_factory=uuid7)
    reference: str = "TSC-4K7Q2M"

    def requested(self, *, by: DecidedBy = DecidedBy.PATIENT, urgency: Urgency = Urgency.ROUTINE) -> Said:
        return Said(ConsultationRequested(**self._request(by, urgency)), self.request_id, 1)

    def held(self) -> Said:
        """A request that waits for staff."""
        fields = self._request(DecidedBy.PATIENT, Urgency.ROUTINE) | {"disposition": Disposition.AWAIT}
        return Said(ConsultationRequested(**fields), self.request_id, 1)

    def to_be_read_first(self) -> Said:
        """A request of which the clinic's rules want a person to look at an answer."""
        fields = self._request(DecidedBy.PATIENT, Urgency.ROUTINE)
        fields |= {"disposition": Disposition.AWAIT, "awaits": AwaitReason.SCREENING}
        return Said(ConsultationRequested(**fields), self.request_id, 1)

    def cleared(self, version: int = 2) -> Said:
        return Said(ConsultationCleared(**self._request(DecidedBy.STAFF, Urgency.ROUTINE)), self.request_id, version)

    def declined(self, version: int = 2, letter: str = DeclineLetter.GENERAL) -> Said:
        fields = self._request(DecidedBy.STAFF, Urgency.ROUTINE) | {"disposition": Disposition.AWAIT}
        return Said(ConsultationDeclined(**fields, declined_at=NOON, letter=letter), self.request_id, version)

    def asked(self, version: int = 2) -> Said:
        fields = self._request(DecidedBy.STAFF, Urgency.ROUTINE) | {
            "disposition": Disposition.AWAIT,
            "awaits": AwaitReason.SCREENING,
            "contact": self._with_link(LinkTo.QUESTIONS, "/q/only-what-is-missing"),
        }
        event = InformationAsked(**fields, asked_at=NOON, expires_at=NOON + timedelta(days=14))
        return Said(event, self.request_id, version)

    def given(self, version: int = 3) -> Said:
        fields = self._request(DecidedBy.PATIENT, Urgency.ROUTINE)
        fields |= {"disposition": Disposition.AWAIT, "awaits": AwaitReason.SCREENING}
        return Said(InformationGiven(**fields, given_at=NOON + timedelta(hours=1)), self.request_id, version)

    def contact_changed(self, version: int = 2, **changed: Any) -> Said:
        contact, reachable = self.reseal(version, **changed)
        event = PatientContactChanged(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            contact=contact,
            reachable=reachable,
            changed_at=NOON,
            by=DecidedBy.PATIENT,
        )
        return Said(event, self.patient_id, version)

    def paused(self) -> Said:
        event = RequestPaused(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            pause_id=self.pause_id,
            request_id=self.request_id,
            contact=self._with_link(LinkTo.UNFINISHED_REQUEST, "/request/g/only-hers"),
            asked_at=NOON,
            expires_at=NOON + timedelta(days=30),
        )
        return Said(event, self.pause_id, 1)

    def scales_due(self, due_at: datetime = NOON) -> Said:
        event = ScalesDue(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            questionnaire_id=self.questionnaire_id,
            session_id=self.session_id,
            contact=self._with_link(LinkTo.QUESTIONNAIRE, "/q/how-she-is"),
            due_at=due_at,
            expires_at=NOON + timedelta(days=7),
        )
        return Said(event, self.questionnaire_id, 1)

    def completed(self, *, finished: bool = True) -> Said:
        completion_id = uuid7()
        event = QuestionnaireCompleted(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            completion_id=completion_id,
            questionnaire_id=self.questionnaire_id,
            finished=finished,
            session_id=self.session_id,
            scale="phq-9",
            total=9,
            band="mild",
            item_9_above_zero=False,
            completed_at=NOON,
        )
        return Said(event, completion_id, 1)

    def _with_link(self, to: LinkTo, address: str) -> ContactEnvelope:
        return self.reseal(1, links={LinkTo.REQUEST: "http://127.0.0.1:8080/r/only-hers", to: address})[0]

    def withdrawn(self, *, by: DecidedBy = DecidedBy.PATIENT) -> Said:
        fields = self._request(by, Urgency.ROUTINE)
        return Said(ConsultationWithdrawn(**fields, withdrawn_at=NOON + timedelta(minutes=5)), self.request_id, 2)

    def scheduled(
        self,
        revision: int = 1,
        at: datetime = TIME,
        version: int | None = None,
        *,
        by: DecidedBy = DecidedBy.SYSTEM,
        instead_of: datetime | None = None,
        appointment_id: UUID | None = None,
    ) -> Said:
        event = ConsultationScheduled(
            **self._consultation(by),
            appointment=self._time(appointment_id or self.appointment_id, revision, at),
            instead_of=instead_of,
        )
        return Said(event, self.consultation_id, version or revision)

    def cancelled(
        self, revision: int | None = 2, *, by: DecidedBy = DecidedBy.PATIENT, version: int | None = None
    ) -> Said:
        appointment = self._time(self.appointment_id, revision, TIME) if revision else None
        event = ConsultationCancelled(**self._consultation(by), appointment=appointment)
        return Said(event, self.consultation_id, version or revision or 2)

    def missed(self, revision: int = 3) -> Said:
        event = ConsultationMissed(
            **self._consultation(DecidedBy.STAFF), appointment=self._time(self.appointment_id, revision, TIME)
        )
        return Said(event, self.consultation_id, revision)

    def waitlisted(self, version: int = 1, *, instead_of: datetime | None = None) -> Said:
        event = ConsultationWaitlisted(**self._consultation(DecidedBy.SYSTEM), instead_of=instead_of)
        return Said(event, self.consultation_id, version)

    def decided(self, decision: ConsultationDecision, version: int = 2, *, amended: bool = False) -> Said:
        event = ConsultationCompleted(
            **self._consultation(DecidedBy.STAFF),
            appointment=self._time(self.appointment_id, 1, TIME),
            decision=decision,
            decided_at=TIME,
            amended=amended,
        )
        return Said(event, self.consultation_id, version)

    def late(self, version: int = 1, *, said_before: int = 0, because: LateBecause | None = None) -> Said:
        event = ConsultationLate(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            late_id=self.late_again_id if said_before else self.late_id,
            consultation_id=self.consultation_id,
            consultation_version=version,
            request_id=self.request_id,
            reference=self.reference,
            due_by=TIME - timedelta(days=1),
            starts_at=TIME,
            nearest=(TIME - timedelta(days=2),),
            because=because,
            said_before=said_before,
        )
        return Said(event, self.consultation_id, version)

    def deadline_given_up(self, due_by: datetime = TIME - timedelta(days=1)) -> Said:
        given_up_id = uuid5(self.consultation_id, due_by.isoformat())
        event = DeadlineGivenUp(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            given_up_id=given_up_id,
            consultation_id=self.consultation_id,
            request_id=self.request_id,
            due_by=due_by,
            because="seen-elsewhere",
            given_up_at=NOON,
        )
        return Said(event, given_up_id, 1)

    def wants_a_link(self, at: datetime = NOON) -> Said:
        ask_id = uuid7()
        event = ChangeLinkAsked(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            ask_id=ask_id,
            request_id=self.request_id,
            asked_at=at,
        )
        return Said(event, ask_id, 1)

    def offered(self, answer_by: datetime = NOON + timedelta(hours=2), *, shared: bool = False) -> Said:
        event = SlotOffered(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            offer_id=self.offer_id,
            consultation_id=self.consultation_id,
            request_id=self.request_id,
            reference=self.reference,
            starts_at=TIME,
            ends_at=TIME + timedelta(minutes=45),
            zone="America/Denver",
            local_start=datetime(2026, 6, 18, 9, 30),
            shared=shared,
            offered_at=NOON,
            answer_by=answer_by,
        )
        return Said(event, self.offer_id, 1)

    def comes(self, revision: int = 1, *, has_escort: bool | None = None) -> Said:
        """To the consultation, or with `has_escort` to the session."""
        attendance_id, session = uuid7(), has_escort is not None
        event = AttendanceConfirmed(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            attendance_id=attendance_id,
            appointment_id=self.session_appointment_id if session else self.appointment_id,
            revision=revision,
            consultation_id=None if session else self.consultation_id,
            session_id=self.session_id if session else None,
            fasting_understood=True if session else None,
            has_escort=has_escort,
            said_at=NOON,
        )
        return Said(event, attendance_id, 1)

    def proposed(
        self, *, session: bool = False, revision: int = 1, answer_by: datetime = NOON + timedelta(hours=2)
    ) -> Said:
        """Another time, two hours later, for what is booked."""
        event = MoveProposed(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            offer_id=self.offer_id,
            appointment_id=self.session_appointment_id if session else self.appointment_id,
            revision=revision,
            request_id=None if session else self.request_id,
            instead_of=TIME,
            starts_at=TIME + timedelta(hours=2),
            ends_at=TIME + timedelta(hours=2, minutes=45),
            zone="America/Denver",
            local_start=datetime(2026, 6, 18, 11, 30),
            offered_at=NOON,
            answer_by=answer_by,
        )
        return Said(event, self.offer_id, 1)

    def time_stays(self, *, session: bool = False, revision: int = 1) -> Said:
        """What is booked stays at its time."""
        withdrawn_id = uuid5(self.offer_id, "withdrawn")
        event = MoveWithdrawn(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            withdrawn_id=withdrawn_id,
            offer_id=self.offer_id,
            appointment_id=self.session_appointment_id if session else self.appointment_id,
            revision=revision,
            request_id=None if session else self.request_id,
            starts_at=TIME,
            ends_at=TIME + timedelta(minutes=45),
            zone="America/Denver",
            local_start=datetime(2026, 6, 18, 9, 30),
            withdrawn_at=NOON,
        )
        return Said(event, withdrawn_id, 1)

    def session_scheduled(self, revision: int = 1, at: datetime = TIME) -> Said:
        return Said(SessionScheduled(**self._session(revision, at)), self.session_id, revision)

    def session_cancelled(self, revision: int = 2) -> Said:
        return Said(SessionCancelled(**self._session(revision, TIME)), self.session_id, revision)

    def session_missed(self, revision: int = 3) -> Said:
        return Said(SessionMissed(**self._session(revision, TIME)), self.session_id, revision)

    def session_completed(self, outcome: Outcome = Outcome.FULL) -> Said:
        event = SessionCompleted(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            session_id=self.session_id,
            appointment_id=self.session_appointment_id,
            number=1,
            started_at=NOON - timedelta(minutes=90),
            ended_at=NOON,
            outcome=outcome,
            worst_severity=Severity.MILD,
        )
        return Said(event, self.session_id, 3)

    def risk(self, level: RiskLevel = RiskLevel.UNASSESSED) -> Said:
        event = RiskRaised(
            clinic_id=self.clinic_id,
            patient_id=self.patient_id,
            risk_id=self.risk_id,
            level=level,
            seen_in=SeenIn.REQUEST,
            request_id=self.request_id,
            reference=self.reference,
            raised_at=NOON,
        )
        return Said(event, self.risk_id, 1)

    def _request(self, by: DecidedBy, urgency: Urgency) -> dict[str, Any]:
        return {
            "clinic_id": self.clinic_id,
            "patient_id": self.patient_id,
            "request_id": self.request_id,
            "reference": self.reference,
            "disposition": Disposition.BOOK,
            "urgency": urgency,
            "wishes": Wishes(weekdays=(Weekday.THURSDAY, Weekday.FRIDAY)),
            "contact": self.envelope,
            "reachable": self.reachable,
            "requested_at": NOON,
            "by": by,
        }

    def _consultation(self, by: DecidedBy) -> dict[str, Any]:
        return {
            "clinic_id": self.clinic_id,
            "patient_id": self.patient_id,
            "consultation_id": self.consultation_id,
            "request_id": self.request_id,
            "reference": self.reference,
            "by": by,
        }

    def _session(self, revision: int, at: datetime) -> dict[str, Any]:
        return {
            "clinic_id": self.clinic_id,
            "patient_id": self.patient_id,
            "session_id": self.session_id,
            "by": DecidedBy.STAFF,
            "appointment": self._time(self.session_appointment_id, revision, at),
        }

    def _time(self, appointment_id: UUID, revision: int, at: datetime) -> AppointmentTime:
        return AppointmentTime(
            appointment_id=appointment_id,
            revision=revision,
            starts_at=at,
            ends_at=at + timedelta(minutes=45),
            zone="America/Denver",
            local_start=(at - timedelta(hours=6)).replace(tzinfo=None),
        )


@dataclass
class Office:
    """Notifications without HTTP and Kafka: hears events, sends what is due."""

    place: Scratch
    database: Database
    keyring: Keyring
    clock: FixedClock
    sink: MailSink
    scheduling: SchedulingTwin
    watched: WatchedScheduling
    sender: Sender

    async def journey(self, **contact: Any) -> Journey:
        """A patient with a key and a contact; `email=None, mobile=None` for one who left neither."""
        patient_id = uuid7()
        cipher = await self.keyring.create(patient_id)
        values = {
            "name": "Ines Marchetti",
            "email": "ines@example.com",
            "mobile": "+13035550119",
            "language": "en",
            "zone": "America/Denver",
            "links": {"request": "http://127.0.0.1:8080/r/only-hers"},
            **contact,
        }

        def reseal(version: int, **changed: Any) -> tuple[ContactEnvelope, bool]:
            new = values | changed
            return seal_contact(cipher, Contact(**new), person_version=version), bool(new["email"] or new["mobile"])

        envelope, reachable = reseal(1)
        return Journey(self.place.settings.clinic.id, patient_id, envelope, reachable, reseal)

    async def hear(self, *said: Said) -> None:
        """Each in a transaction of its own, in this order."""
        for one in said:
            await self.hear_batch([one])

    async def hear_batch(
        self, said: Sequence[Said], before_commit: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """Several of one topic, as one poll brings them."""
        model = type(said[0].event)
        reaction = next(r for part in SERVICE.reactions for r in part if r.model is model)
        received = [
            Received(
                event=one.event, id=one.id, subject=one.subject, version=one.version, time=NOON, correlation_id="t"
            )
            for one in said
        ]
        async with self.database.transaction() as tx:
            if reaction.batch:
                await reaction.handle(tx, received, tx.now)
            else:
                for message in received:
                    await reaction.handle(tx, message, tx.now)
            if before_commit:
                await before_commit()

    async def send(self) -> int:
        """Until nothing is due at this moment."""
        total = 0
        while handled := await self.sender.work():
            total += handled
        return total

    async def look_for_scheduling(self) -> None:
        await self.watched.look_again(self.database)

    def stands(
        self, journey: Journey, revision: int = 1, *, cancelled: bool = False, cannot_be_kept: bool = False
    ) -> None:
        """What scheduling will say of both appointments."""
        for appointment_id in (journey.appointment_id, journey.session_appointment_id):
            self.scheduling.standings[appointment_id] = Standing(revision, cancelled, cannot_be_kept)

    async def fetch(self, query: str, *arguments: Any) -> list[Any]:
        async with self.database.transaction(read_only=True) as tx:
            return await tx.fetch(query, *arguments)

    async def messages(self) -> dict[tuple[str, int], tuple[str, str | None]]:
        rows = await self.fetch("select kind, revision, state, reason from message")
        return {(row["kind"], row["revision"]): (row["state"], row["reason"]) for row in rows}

    async def items(self, state: str = "open") -> list[str]:
        rows = await self.fetch("select kind from inbox_item where state = $1 order by kind", state)
        return [row["kind"] for row in rows]

    def subjects(self) -> list[str]:
        """Of the e-mails that arrived, the oldest first."""
        return [message.subject for message in reversed(self.sink.messages)]


@pytest.fixture
async def sink() -> AsyncIterator[MailSink]:
    async with MailSink() as server:
        yield server


@pytest.fixture
async def office(scratch: MakeScratch, sink: MailSink) -> AsyncIterator[Office]:
    place = await scratch("notifications", **KEYS)
    clock = FixedClock(NOON)
    database = await place.open("notifications", clock)
    keyring = await Keyring.open(place.settings, clock)
    twin = SchedulingTwin()
    watched = WatchedScheduling(twin)
    settings = place.settings
    sender = Sender(
        database,
        MailWriter(keyring, settings.clinic, settings.mail_from, settings.public_url, read_wordings()),
        SmtpServer(sink.smtp_url, step_timeout=60),
        watched,
        spread=lambda: 0.5,
    )
    yield Office(place, database, keyring, clock, sink, twin, watched, sender)
    await keyring.close()
    await database.close()


@pytest.fixture
async def front(office: Office) -> AsyncIterator[Any]:
    """The service over HTTP, see front.py."""
    from tests.integration.notifications.front import open_front  # it needs this module

    async with open_front(office) as opened:
        yield opened
