"""Free times of four weeks over HTTP, in a clinic of ten chairs that is nine tenths full.

    python -m benchmarks.slots [--json] [--requests N]

Each chair, clinician and nurse's seat has eight sessions of 95 minutes a day, from 7:00 to 21:00, seven days a week; one
in ten of them is not booked. Asked for are all times of a further session, which needs one of each (as staff ask, for
one page of a thousand), and the hundred best for a consultation, which needs a clinician (as patients' front ends ask).
One worker of scheduling, and one request after the other, so that a time is that of an answer and of no queue.

The references look for the same times of a session in the same run: one asks the database about each start, as one would at
first; one reads what is taken at once, and tries every minute of the opening hours against all of it.
"""

import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from typing import Any
from uuid import UUID

import httpx

from benchmarks.frame import Row, percentiles, show
from benchmarks.system import CLINIC_ID, Place, servers, services
from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Part, Purpose, Resource, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.session import Session
from services.scheduling.domain.slots import Busy, Candidate, Claim
from services.scheduling.store import appointments, bookings, patients, sessions
from services.scheduling.use_cases.set_up_clinic import set_up_clinic
from shared.clock import SystemClock
from shared.database import Database
from shared.events.staff import Role, StaffChanged
from shared.events.values import ContactEnvelope
from shared.ids import uuid7
from shared.settings import DEMO_SECRET
from shared.web.signing_keys import read_key
from shared.web.staff_directory import store_staff
from shared.web.staff_token import StaffTokenSigner, Strength

CHAIRS, DAYS, A_DAY = 10, 28, 8
LENGTH = timedelta(minutes=95)
FREE = 0.1
OPENS, CLOSES = wall_time(7), wall_time(21)
SESSION = AppointmentKind(
    Purpose.SESSION,
    (Part("session", 95),),
    (Need(ResourceKind.CHAIR, 1, 1), Need(ResourceKind.CLINICIAN, 1, 1), Need(ResourceKind.NURSE_SEAT, 1, 1)),
)
CONSULTATION = AppointmentKind(Purpose.CONSULTATION, (Part("consultation", 45),), (Need(ResourceKind.CLINICIAN, 1, 1),))
CLINIC = Clinic(
    id=CLINIC_ID,
    name="Ten chairs",
    zone="UTC",
    hours=tuple(OpeningHours(weekday, OPENS, CLOSES) for weekday in range(1, 8)),
    resources=tuple(
        Resource(UUID(int=100 * place + number), kind, f"{kind} {number}")
        for place, kind in enumerate((ResourceKind.CHAIR, ResourceKind.CLINICIAN, ResourceKind.NURSE_SEAT), start=1)
        for number in range(1, CHAIRS + 1)
    ),
    kinds=(CONSULTATION, SESSION),
)
STAFF = UUID(int=7)


def first_day() -> datetime:
    """The next midnight but one, so that notice plays no part."""
    return (datetime.now(UTC) + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)


async def fill(database: Database) -> int:
    """Books nine tenths of what fits. Says how many."""
    chance, midnight, booked = random.Random(7), first_day(), 0
    patient = uuid7()
    async with database.transaction() as tx:
        await set_up_clinic(tx, CLINIC)
        await patients.store(
            tx,
            patient_id=patient,
            clinic_id=CLINIC_ID,
            contact=ContactEnvelope(sealed="", person_version=1),
            reachable=True,
        )
        joined = StaffChanged(
            clinic_id=CLINIC_ID, staff_id=STAFF, display_name="Rita Imura", roles=(Role.FRONT_DESK,), active=True
        )
        await store_staff(tx, [(joined, 1)])
        for day in range(DAYS):
            for chair in range(CHAIRS):
                at = midnight + timedelta(days=day, hours=7, minutes=chance.choice((0, 15, 30, 45)))
                for _ in range(A_DAY):
                    if chance.random() >= FREE:
                        during = Interval(at, at + LENGTH)
                        its = [CLINIC.resources[chair + place * CHAIRS] for place in range(3)]
                        candidate = Candidate(during, tuple(Claim(one, during) for one in its))
                        session = Session.book(clinic_id=CLINIC_ID, patient_id=patient, prescriber_id=STAFF)
                        await sessions.insert(tx, session)
                        booking = Booking(CLINIC_ID, patient, CLINIC.zone, session_id=session.id)
                        appointment = Appointment.book(booking, candidate)
                        await appointments.insert(tx, appointment)
                        await bookings.claim(tx, CLINIC_ID, appointment.id, candidate.claims)
                        booked += 1
                    at += LENGTH
    await database.pool.execute("analyze resource_booking, appointment")
    return booked


def signed_in(place: Place) -> str:
    """The cookie of somebody at the front desk."""
    private = place.secrets.staff_token.private.removeprefix(DEMO_SECRET)
    signer = StaffTokenSigner(read_key(private, "STAFF_TOKEN_PRIVATE_KEY", private=True), place.addresses.public_url)
    return signer.sign(
        staff_id=STAFF,
        session_id=uuid7(),
        roles=frozenset([Role.FRONT_DESK]),
        clinics=frozenset([CLINIC_ID]),
        strength=Strength.TWO_FACTORS,
        now=datetime.now(UTC),
    )


async def timed(ask: Callable[[], Awaitable[Any]], times: int) -> list[float]:
    waits = []
    for _ in range(times):
        began = time.perf_counter()
        await ask()
        waits.append(time.perf_counter() - began)
    return waits


def starts_of_days(step: timedelta) -> list[datetime]:
    """Every start in the opening hours, so far apart."""
    midnight, found = first_day(), []
    for day in range(DAYS):
        at = midnight + timedelta(days=day, hours=7)
        while at + LENGTH <= midnight + timedelta(days=day, hours=21):
            found.append(at)
            at += step
    return found


async def a_query_for_each_start(database: Database) -> list[datetime]:
    """Reference: is anything of each kind free then? asked of the database, start by start."""
    found = []
    async with database.transaction(read_only=True) as tx:
        for at in starts_of_days(timedelta(minutes=15)):
            free = await tx.fetchval(
                """
                select count(distinct kind) = 3
                  from resource as r
                 where clinic_id = $1 and active and not exists (
                       select from resource_booking as b
                        where b.resource_id = r.id and b.active and b.during && tstzrange($2, $3))
                """,
                CLINIC_ID,
                at,
                at + LENGTH,
            )
            if free:
                found.append(at)
    return found


async def every_minute_against_all(database: Database) -> list[datetime]:
    """Reference: everything that is taken in one query, and every minute against all of it."""
    midnight = first_day()
    async with database.transaction(read_only=True) as tx:
        busy: Busy = await bookings.busy(tx, CLINIC_ID, Interval(midnight, midnight + timedelta(days=DAYS)), None)
    found = []
    for at in starts_of_days(timedelta(minutes=1)):
        end = at + LENGTH
        free = {
            one.kind
            for one in CLINIC.resources
            if not any(taken.start < end and at < taken.end for taken in busy.get(one.id, ()))
        }
        if len(free) == 3:
            found.append(at)
    return found


async def measure(requests: int) -> list[Row]:
    async with servers() as place:
        database = await Database.open(place.settings("scheduling"), "scheduling", SystemClock())
        booked = await fill(database)
        window = {"from": first_day().isoformat(), "until": (first_day() + timedelta(days=DAYS)).isoformat()}
        async with services(place, "scheduling") as running:
            base = f"http://127.0.0.1:{running['scheduling'].port}"
            async with httpx.AsyncClient(base_url=base, timeout=60) as http:
                staff = {"Cookie": f"chairside={signed_in(place)}"}
                of_sessions = {"by_staff": "true", "kind": "session", "most": "1000", **window}
                answer = await http.get("/api/slots", params=of_sessions, headers=staff)
                found = [datetime.fromisoformat(one["starts_at"]) for one in answer.raise_for_status().json()["slots"]]
                assert found == await a_query_for_each_start(database), "not the same times"

                async def sessions_() -> None:
                    (await http.get("/api/slots", params=of_sessions, headers=staff)).raise_for_status()

                async def consultations() -> None:
                    (await http.get("/api/slots", params=window)).raise_for_status()

                await timed(sessions_, 20)
                before = running["scheduling"].cpu()
                fast = await timed(sessions_, requests)
                cpu = (running["scheduling"].cpu() - before) / requests
                short = await timed(consultations, requests)
        queries = await timed(lambda: a_query_for_each_start(database), 5)
        brute = await timed(lambda: every_minute_against_all(database), 2)
        await database.close()
    p50, p99 = percentiles(fast)
    shorter50, shorter99 = percentiles(short)
    naive = sum(queries) / len(queries) * 1000
    return [
        Row(f"four weeks of ten chairs, {booked} booked, {len(found)} free: p50", p50, "ms", naive, "a query a start"),
        Row("  p99", p99, "ms", naive, "a query a start", at_least="≤ 50 ms"),
        Row("  CPU of the service for each", cpu * 1000, "ms"),
        Row("  reference: every minute against all", sum(brute) / len(brute) * 1000, "ms"),
        Row("  the hundred best for a consultation: p50", shorter50, "ms"),
        Row("  p99", shorter99, "ms", at_least="≤ 50 ms"),
    ]


if __name__ == "__main__":
    show("Free times", measure, requests=300)
