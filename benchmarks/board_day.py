"""A full day of an invented clinic of twenty chairs, always the same: for the board's benchmark and its pictures.

Booked by the engine that books real days, so that every chair, prescriber and nurse's seat is really free for it. It is
10:41 there: what is over is done, missed or still to record, what runs is in progress, and some who come next have arrived.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from uuid import UUID

from operations.demo_clinic import demo_clinic
from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import Clinic, Purpose, Resource, ResourceKind
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.session import Session
from services.scheduling.domain.slots import Wanted, candidate_at
from services.scheduling.store import appointments, bookings, consultations, patients, sessions
from services.scheduling.use_cases.set_up_clinic import set_up_clinic
from shared.database import Database, Transaction
from shared.events.values import Urgency, Wishes
from shared.keyring import Keyring
from shared.keyring.contact import Contact, seal_contact

DAY = datetime(2026, 6, 15, tzinfo=UTC).date()
NOW = datetime(2026, 6, 15, 16, 41, tzinfo=UTC)
"""10:41 in Denver."""
OPENS = datetime(2026, 6, 15, 14, tzinfo=UTC)
CHAIRS, SEATS = 20, 3
CLINICIANS = ("Dr. Amara Voss", "Dr. Jonah Ravel", "Dr. Priya Nair", "Dr. Luis Ferrer")
NURSES = (
    "Tessa Beaumont",
    "Marco Duarte",
    "Yuki Sato",
    "Anneke Vos",
    "Samuel Osei",
    "Ruth Keller",
    "Ines Prado",
    "Dawit Bekele",
)
FIRST = [
    "Ines",
    "Theo",
    "Mira",
    "Samir",
    "Leah",
    "Tomasz",
    "Noor",
    "Walter",
    "Zoë",
    "Carlos",
    "Ada",
    "Pola",
    "Anneke",
    "Ruben",
    "Fatima",
    "Joost",
    "Keiko",
    "Lars",
    "Maren",
    "Nils",
    "Olga",
    "Pedro",
    "Quinn",
    "Rosa",
    "Sven",
    "Tariq",
    "Uma",
    "Viktor",
    "Wendy",
    "Xenia",
    "Yusuf",
    "Zelda",
]
LAST = [
    "Calloway",
    "Brandt",
    "Halloran",
    "Okafor",
    "Wirth",
    "Wilk",
    "Haddad",
    "Osei",
    "O’Shea",
    "Iturbe",
    "Nowak",
    "Whitlock",
    "Vries",
    "Marchetti",
    "Adeyemi",
    "Castellan",
    "Dumont",
    "Eskola",
    "Ferro",
    "Grange",
    "Hartwell",
    "Ibanez",
    "Jansen",
    "Kowal",
    "Lindgren",
    "Mbeki",
    "Petrosyan",
    "Quill",
    "Rahimi",
    "Sorensen",
    "Tremblay",
    "Varga",
]


def clinic(clinic_id: UUID | None = None) -> Clinic:
    """The kinds of appointment of the demo, in twenty chairs."""
    demo = demo_clinic()
    people = [(ResourceKind.CLINICIAN, name, 1) for name in CLINICIANS]
    people += [(ResourceKind.NURSE_SEAT, name, SEATS) for name in NURSES]
    chairs = [Resource(UUID(int=1000 + n), ResourceKind.CHAIR, f"Chair {n}") for n in range(1, CHAIRS + 1)]
    staffed = [
        Resource(
            UUID(int=2000 + 10 * n + seat), kind, f"{name}, seat {seat}" if seats > 1 else name, UUID(int=3000 + n)
        )
        for n, (kind, name, seats) in enumerate(people)
        for seat in range(1, seats + 1)
    ]
    hours = tuple(OpeningHours(weekday, wall_time(8), wall_time(18)) for weekday in range(1, 6))
    return replace(demo, id=clinic_id or demo.id, hours=hours, resources=(*chairs, *staffed))


@dataclass(slots=True)
class _Maker:
    """Books one after another, and remembers what is taken."""

    tx: Transaction
    keyring: Keyring
    here: Clinic
    chance: random.Random
    busy: defaultdict[UUID, list[Interval]]
    made: int = 0

    async def patient(self) -> UUID:
        patient_id = UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + 0x5000 + self.made)
        name = f"{FIRST[self.made * 7 % len(FIRST)]} {LAST[self.made * 11 % len(LAST)]}"
        self.made += 1
        cipher = await self.keyring.create(patient_id)
        contact = seal_contact(cipher, Contact(name=name, language="en-US", zone=self.here.zone), 1)
        await patients.store(
            self.tx, patient_id=patient_id, clinic_id=self.here.id, contact=contact, reachable=self.made % 9 != 0
        )
        return patient_id

    async def book(self, purpose: Purpose, start: datetime, *, held: bool = False) -> bool:
        """Whether it could be had."""
        kind = self.here.kind(purpose)
        assert kind is not None
        hashed = UUID(int=self.chance.getrandbits(120))
        found = candidate_at(self.here, Wanted(kind, hashed), start, self.busy)
        if found is None:
            return False
        patient_id = await self.patient()
        session_id, consultation_id = None, None
        if purpose is Purpose.SESSION and not held:
            prescriber = found.resource(ResourceKind.CLINICIAN)
            assert prescriber is not None
            session = Session.book(
                clinic_id=self.here.id, patient_id=patient_id, prescriber_id=prescriber.staff_id or prescriber.id
            )
            await sessions.insert(self.tx, replace(session, number=1 + self.made * 5 % 8, course_id=session.id))
            session_id = session.id
        elif not held:
            consultation_id = await self._consultation(patient_id)
        booking = Booking(self.here.id, patient_id, self.here.zone, consultation_id, session_id)
        booked = Appointment.book(booking, found, NOW + timedelta(minutes=11) if held else None)
        await appointments.insert(self.tx, booked)
        await bookings.claim(self.tx, self.here.id, booked.id, found.claims)
        for claim in found.claims:
            self.busy[claim.resource.id].append(claim.during)
            self.busy[claim.resource.id].sort()
        return True

    async def _consultation(self, patient_id: UUID) -> UUID:
        consultation = Consultation(
            id=UUID(int=patient_id.int + 0x100000),
            clinic_id=self.here.id,
            patient_id=patient_id,
            request_id=UUID(int=patient_id.int + 0x200000),
            reference=f"TSC-{self.made:06}".replace("0", "K").replace("1", "M"),
            state=ConsultationState.BOOKED,
            urgency=Urgency.ROUTINE,
            wishes=Wishes(),
            requested_at=NOW - timedelta(days=3),
            withdrawn=False,
            request_version=1,
            version=1,
        )
        await consultations.add(self.tx, [consultation])
        return consultation.id


async def fill(database: Database, keyring: Keyring, clinic_id: UUID | None = None) -> None:
    """About a hundred sessions, a dozen consultations, two times held, two cancelled."""
    here = clinic(clinic_id)
    async with database.transaction() as tx:
        await set_up_clinic(tx, here)
        maker = _Maker(tx, keyring, here, random.Random(7), defaultdict(list))
        starts = [OPENS + timedelta(minutes=15 * quarter) for quarter in range(34)]
        for number, start in enumerate(starts):
            if number % 3 == 1:
                await maker.book(Purpose.CONSULTATION, start)
            for _ in range(4 if number % 4 else 3):
                await maker.book(Purpose.SESSION, start)
        for start in starts[20:]:
            await maker.book(Purpose.CONSULTATION, start, held=True)
        await _live_until_now(tx)


async def _live_until_now(tx: Transaction) -> None:
    """Every row as it would be at 10:41, by its place in the day; said in SQL, for nobody has pressed anything."""
    await tx.execute(
        """
        with numbered as (
             select id, starts_at, ends_at, row_number() over (order by starts_at, id) as n
               from appointment where state = 'booked')
        update appointment as a
           set state = case when n % 37 = 30 then 'cancelled'
                            when ends_at <= $1 and n % 9 = 4 then 'missed'
                            when ends_at <= $1 and n % 9 <> 7 then 'completed'
                            when starts_at <= $1 and ends_at > $1 then 'in-progress'
                            when starts_at <= $1 + interval '40 minutes' and n % 2 = 0 then 'arrived'
                            else 'booked' end,
               cancel_reason = case when n % 37 = 30 then 'patient-unwell' end,
               arrived_at = case when starts_at <= $1 + interval '40 minutes'
                                 then least(starts_at, $1) - interval '7 minutes' end,
               began_at = case when starts_at <= $1 then starts_at + case when n = 39 then interval '25 minutes'
                                                                          else interval '0' end end
          from (select id, starts_at as s, ends_at as e, n from numbered) as place
         where place.id = a.id
        """,
        NOW,
    )
    await tx.execute(
        """
        update resource_booking set active = false
          from appointment as a
         where a.id = appointment_id and a.state in ('cancelled', 'missed')
        """
    )
    held = await tx.fetch("select id from appointment where state = 'held' order by starts_at, id offset 2")
    for row in held:
        await tx.execute("delete from resource_booking where appointment_id = $1", row["id"])
        await tx.execute("delete from appointment where id = $1", row["id"])
