"""A scheduling service without its doors: a real database, a clock that stands still, and the demo clinic."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from operations.demo_clinic import demo_clinic
from services.scheduling.domain.clinic import ResourceKind
from services.scheduling.domain.opening import Closure
from services.scheduling.domain.slot_offer import Offering, Way
from services.scheduling.domain.wall_clock import reads
from services.scheduling.reactions import consultation_request, patient_contact, questionnaire, risk_raised
from services.scheduling.settings import SchedulingSettings
from services.scheduling.store import slot_offering
from services.scheduling.use_cases.answer_offer import accept_offer, decline_offer, let_offers_lapse
from services.scheduling.use_cases.call_off_consultation import CallingOff, call_off_by_patient
from services.scheduling.use_cases.change_clinic import change_clinic, the_clinic
from services.scheduling.use_cases.confirm_attendance import confirm_consultation
from services.scheduling.use_cases.find_free_times import find_free_times
from services.scheduling.use_cases.hold_time import HoldWanted, give_back_hold, hold_time
from services.scheduling.use_cases.let_holds_lapse import tidy_holds
from services.scheduling.use_cases.move_consultation import Move, move_consultation
from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from services.scheduling.use_cases.see_questions_again import look_at_questions_again
from services.scheduling.use_cases.set_up_clinic import set_up_clinic
from shared.clock import FixedClock
from shared.database import Database
from shared.events.consultation_request import (
    ConsultationCleared,
    ConsultationDeclined,
    ConsultationRequested,
    ConsultationWithdrawn,
)
from shared.events.patient import PatientContactChanged
from shared.events.questionnaire import QuestionnaireCompleted
from shared.events.risk import RiskLevel, RiskRaised, SeenIn
from shared.events.values import ContactEnvelope, DecidedBy, Disposition, Urgency, Wishes
from shared.ids import uuid7
from shared.messaging.envelope import Received
from tests.conftest import NOON

CLINIC = replace(demo_clinic(), shifts=())
"""Without rosters, so that a test may move the hours and have everybody there."""
STAFF_ID = UUID("01900000-0000-7000-8000-0000000000c1")
CLINICIANS = CLINIC.of_kind(ResourceKind.CLINICIAN)
HOLD_RULES = SchedulingSettings().hold_rules()
REACTIONS = {
    reaction.model: reaction
    for reactions in (
        consultation_request.reactions,
        patient_contact.reactions,
        questionnaire.reactions,
        risk_raised.reactions,
    )
    for reaction in reactions
}
OVERLAPS = """
    select count(*)
      from scheduling.resource_booking as one
      join scheduling.resource_booking as other
        on other.resource_id = one.resource_id and other.id > one.id and other.during && one.during
     where one.active and other.active
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and what intake says of it. Versions: 1 requested, 2 withdrawn."""

    patient_id: UUID
    request_id: UUID
    reference: str

    @classmethod
    def new(cls) -> "Asked":
        request_id = uuid7()
        return cls(uuid7(), request_id, f"TSC-{request_id.hex[-6:].upper()}")

    def _state(self, **changed):
        return {
            "clinic_id": CLINIC.id,
            "patient_id": self.patient_id,
            "request_id": self.request_id,
            "reference": self.reference,
            "disposition": Disposition.BOOK,
            "urgency": Urgency.ROUTINE,
            "wishes": Wishes(),
            "contact": ContactEnvelope(sealed="c2VhbGVk", person_version=1),
            "reachable": True,
            "requested_at": "2026-06-15T17:59:00Z",
            "by": DecidedBy.PATIENT,
        } | changed

    def requested(self, *, version=1, **changed):
        return _received(ConsultationRequested(**self._state(**changed)), self.request_id, version)

    def cleared(self, *, version=2, **changed):
        return _received(ConsultationCleared(**self._state(**changed)), self.request_id, version)

    def withdrawn(self, *, version=2, **changed):
        event = ConsultationWithdrawn(**self._state(**changed), withdrawn_at="2026-06-15T18:00:00Z")
        return _received(event, self.request_id, version)

    def declined(self, *, version=2, **changed):
        event = ConsultationDeclined(**self._state(by=DecidedBy.STAFF, **changed), declined_at="2026-06-15T18:00:00Z")
        return _received(event, self.request_id, version)

    def contact_changed(self, sealed, *, person_version=2, reachable=True):
        event = PatientContactChanged(
            clinic_id=CLINIC.id,
            patient_id=self.patient_id,
            contact=ContactEnvelope(sealed=sealed, person_version=person_version),
            reachable=reachable,
            changed_at="2026-06-15T18:00:00Z",
            by=DecidedBy.PATIENT,
        )
        return _received(event, self.patient_id, person_version)

    def answered(self, scale="phq-9", total=14, band="moderate", **changed):
        completion_id = uuid7()
        fields = {"completion_id": completion_id, "completed_at": "2026-06-15T17:00:00Z", **changed}
        event = QuestionnaireCompleted(
            clinic_id=CLINIC.id, patient_id=self.patient_id, scale=scale, total=total, band=band, **fields
        )
        return _received(event, completion_id, 1)

    def at_risk(self, level=RiskLevel.UNASSESSED):
        risk_id = uuid7()
        event = RiskRaised(
            clinic_id=CLINIC.id,
            patient_id=self.patient_id,
            risk_id=risk_id,
            level=level,
            seen_in=SeenIn.REQUEST,
            request_id=self.request_id,
            raised_at="2026-06-15T17:59:00Z",
        )
        return _received(event, risk_id, 1)


def _received(event, subject, version):
    return Received(event=event, id=uuid7(), subject=subject, version=version, time=NOON, correlation_id=str(subject))


@dataclass(slots=True)
class Desk:
    """What tests do at scheduling's desk, and what they look at."""

    database: Database
    clock: FixedClock
    dsn: str

    async def set_up(self, clinic=CLINIC):
        async with self.database.transaction() as tx:
            await set_up_clinic(tx, clinic)

    async def closes(self, *starts):
        """Staff close the clinic for the hour that begins at each of these; for none, it is open again."""
        first = [reads(at, CLINIC.zone) for at in starts]
        closures = tuple(Closure(one, one + timedelta(hours=1), "Inventory") for one in first)
        async with self.database.transaction() as tx:
            seen = (await the_clinic(tx, CLINIC.id)).version
            await change_clinic(
                tx, CLINIC.id, lambda it: replace(it, closures=closures), what="Closures", seen=seen, by=STAFF_ID
            )

    async def hears(self, *messages):
        for message in messages:
            async with self.database.transaction() as tx:
                reaction = REACTIONS[type(message.event)]
                await reaction.handle(tx, [message] if reaction.batch else message, self.clock.now())

    async def hears_together(self, *messages):
        """In one transaction, as a backlog is heard. Raises OneByOne."""
        async with self.database.transaction() as tx:
            together = REACTIONS[type(messages[0].event)].together
            await together.handle(tx, list(messages), self.clock.now())

    async def patient(self):
        """Somebody the clinic knows, without an appointment."""
        asked = Asked.new()
        await self.hears(asked.withdrawn())
        return asked.patient_id

    async def settles(self):
        """One step of the waiting list; whether there was one."""
        return await review_waiting_list(self.database)

    async def review(self, rounds=50):
        for _ in range(rounds):
            if not await self.settles():
                return

    async def asks_around(self, way=Way.ONE_BY_ONE, **how):
        """Those who wait are asked before they are given anything."""
        async with self.database.transaction() as tx:
            await slot_offering.save(tx, CLINIC.id, Offering(way, **how), STAFF_ID)

    async def offers(self, asked=None):
        """All that were made, or those to one patient, the oldest first."""
        return await self.database.pool.fetch(
            "select * from slot_offer where $1::uuid is null or patient_id = $1 order by offered_at, id",
            asked.patient_id if asked else None,
        )

    async def offer_to(self, asked):
        """The one that is open."""
        (offer,) = [offer for offer in await self.offers(asked) if offer["state"] == "open"]
        return offer

    async def accepts(self, offer, *, by=None):
        async with self.database.transaction() as tx:
            return await accept_offer(tx, offer["id"], by=by)

    async def declines(self, offer, *, by=None):
        async with self.database.transaction() as tx:
            await decline_offer(tx, offer["id"], by=by)

    async def timers(self):
        """One round of those that end what has lasted long enough."""
        await let_offers_lapse(self.database)
        await tidy_holds(self.database)
        await look_at_questions_again(self.database)

    async def said(self, topic=None):
        """The bodies of everything said, in order."""
        rows = await self.database.pool.fetch("select topic, body from outbox order by seq")
        return [(row["topic"], json.loads(row["body"])) for row in rows if topic is None or row["topic"] == topic]

    async def topics(self):
        return [topic for topic, _ in await self.said()]

    async def keeps(self, asked, starts_at, *, contact=None, rules=HOLD_RULES):
        """A time is kept for a request that is not sent yet; each is asked by another contact unless one is named."""
        contacts = (contact or sha256(asked.request_id.bytes).digest(),)
        wish = HoldWanted(CLINIC.id, asked.request_id, asked.patient_id, starts_at, contacts)
        async with self.database.transaction() as tx:
            return await hold_time(tx, wish, rules)

    async def gives_back(self, asked):
        async with self.database.transaction() as tx:
            await give_back_hold(tx, asked.request_id)

    async def moves(self, asked, starts_at, *, seen=1):
        """The patient chooses another time, having looked at this revision of their appointment."""
        async with self.database.transaction() as tx:
            return await move_consultation(tx, Move(asked.request_id, starts_at, seen))

    async def calls_off(self, asked, *, seen=1, reason=None):
        async with self.database.transaction() as tx:
            return await call_off_by_patient(tx, CallingOff(asked.request_id, seen, reason))

    async def says_they_come(self, asked, *, seen=1):
        async with self.database.transaction() as tx:
            return await confirm_consultation(tx, asked.request_id, seen)

    async def free_times(self, **sought):
        """The starts that a patient could choose, best first."""
        async with self.database.transaction(read_only=True) as tx:
            free = await find_free_times(tx, CLINIC.id, **{"wishes": Wishes()} | sought)
            return [candidate.during.start for candidate in free.found]

    async def held(self):
        """How many times are kept, by the tables."""
        return await self.database.pool.fetchval("select count(*) from appointment where state = 'held'")

    async def consultation(self, asked):
        return await self.database.pool.fetchrow("select * from consultation where request_id = $1", asked.request_id)

    async def appointments(self, asked):
        return await self.database.pool.fetch(
            "select * from appointment where patient_id = $1 order by id", asked.patient_id
        )

    async def overlaps(self):
        return await self.database.pool.fetchval(OVERLAPS)

    async def active(self):
        return await self.database.pool.fetchval("select count(*) from resource_booking where active")

    def monday_at(self, hours, minutes=0, *, weeks=1):
        """A time on Monday, June 22, 2026 (or weeks later) by the clinic's clock, as an instant."""
        midnight = self.clock.now() - timedelta(hours=12)
        return midnight + timedelta(weeks=weeks, hours=hours, minutes=minutes)
