"""Bookings of three resources by racing clients, and who is double-booked by which way of guarding them.

`python -m benchmarks.booking [--seconds S] [--clients N] [--days D] [--rate R]`: the booking core beside three common
ways without the constraint, in the same run, on the same clinic of ten chairs. Each client books a 95-minute session (chair,
clinician and nurse's seat) on a random day, at the first time that is free there; a full day is emptied. Embedded
Postgres with fsync. `overlaps` counts pairs of active bookings of one resource at one time. What this machine could do at
most are the same rows in the same batches under the constraint, when nobody has to look what is free. Clients who wait for
their answers begin less when it is slow, so bookings also begin R a second, whatever comes back.
"""

import asyncio
import gc
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from itertools import cycle

import asyncpg

from benchmarks.frame import Row, percentiles, show
from operations.embedded.postgres import EmbeddedPostgres, temporary_postgres
from operations.migrate import migrate_estate, service_estate
from operations.player.open_loop import open_loop
from operations.serve import GARBAGE
from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Part, Purpose, Resource, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.session import Session
from services.scheduling.domain.slots import Busy, Candidate, Claim, Wanted, best_first, candidates
from services.scheduling.domain.turns import pick
from services.scheduling.store import appointments, bookings, patients, sessions
from services.scheduling.use_cases.book_appointment import Choose, book_appointment
from services.scheduling.use_cases.set_up_clinic import set_up_clinic
from shared.clock import FixedClock
from shared.database import Database, Transaction
from shared.events.values import ContactEnvelope
from shared.ids import uuid7
from shared.settings import Settings

MONDAY = datetime(2026, 6, 15, 6, tzinfo=UTC)
CHAIRS = 10
SESSION = AppointmentKind(
    Purpose.SESSION,
    (Part("session", 95),),
    (Need(ResourceKind.CHAIR, 1, 1), Need(ResourceKind.CLINICIAN, 1, 1), Need(ResourceKind.NURSE_SEAT, 1, 1)),
)
CLINIC = Clinic(
    id=uuid7(),
    name="Ten chairs",
    zone="America/Denver",
    hours=tuple(OpeningHours(weekday, wall_time(7), wall_time(21)) for weekday in range(1, 8)),
    resources=tuple(
        Resource(uuid7(), kind, f"{kind} {number}")
        for place, kind in enumerate(ResourceKind, start=1)
        for number in range(1, CHAIRS + 1)
    ),
    kinds=(SESSION,),
)
OVERLAPS = """
    select count(*)
      from resource_booking as one
      join resource_booking as other
        on other.resource_id = one.resource_id and other.id > one.id and other.during && one.during
     where one.active and other.active
"""
Book = Callable[[Transaction, Booking, Interval, Choose], Awaitable[Appointment | None]]


@dataclass(slots=True)
class Figures:
    """What one way of booking showed."""

    name: str
    booked: int = 0
    full: int = 0
    aborted: int = 0
    """Deadlocks and serialization failures, each tried again."""
    overlaps: int = 0
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)


async def check_then_insert(tx: Transaction, booking: Booking, window: Interval, choose: Choose) -> Appointment | None:
    """Reads what is taken, and writes what seemed free."""
    candidate = choose(await bookings.busy(tx, booking.clinic_id, window, booking.patient_id), 0)
    return await _write(tx, booking, candidate) if candidate else None


async def for_update(tx: Transaction, booking: Booking, window: Interval, choose: Choose) -> Appointment | None:
    """The same, with the day's rows locked before they are read."""
    await tx.execute(
        "select 1 from resource_booking where active and during && tstzrange($1, $2) order by id for update",
        window.start,
        window.end,
    )
    return await check_then_insert(tx, booking, window, choose)


async def serializable(tx: Transaction, booking: Booking, window: Interval, choose: Choose) -> Appointment | None:
    """The same, and the database looks for contradictions."""
    return await check_then_insert(tx, booking, window, choose)


async def rows_alone(tx: Transaction, booking: Booking, window: Interval, choose: Choose) -> Appointment | None:
    """Writes at times that are known to be free."""
    del window, choose
    return await tx.with_others(_write_all, (booking, next(_FREE)))


def _free() -> Iterator[Candidate]:
    length = SESSION.length
    for at in range(1_000_000):
        during = Interval(MONDAY + at * length, MONDAY + (at + 1) * length)
        for number in range(CHAIRS):
            yield Candidate(during, tuple(Claim(one, during) for one in CLINIC.resources[number::CHAIRS]))


_FREE = _free()


async def _write_all(tx: Transaction, chosen: Sequence[tuple[Booking, Candidate]]) -> list[Appointment]:
    made = [Appointment.book(booking, candidate) for booking, candidate in chosen]
    await appointments.insert_all(tx, made)
    claims = [(one.id, claim) for one, (_, candidate) in zip(made, chosen, strict=True) for claim in candidate.claims]
    await bookings.claim_all(tx, CLINIC.id, claims)
    return made


async def _write(tx: Transaction, booking: Booking, candidate: Candidate) -> Appointment:
    appointment = Appointment.book(booking, candidate)
    await appointments.insert(tx, appointment)
    await bookings.claim(tx, booking.clinic_id, appointment.id, candidate.claims)
    return appointment


class _Client:
    """Books for a patient of its own, again and again."""

    def __init__(self, database: Database, book: Book, days: int, figures: Figures, chance: random.Random) -> None:
        self._database, self._book, self._days, self._figures, self._chance = database, book, days, figures, chance
        self._patient_id = uuid7()
        self._orders: dict[int, list[datetime]] = {}

    async def arrive(self) -> None:
        async with self._database.transaction() as tx:
            await patients.store(
                tx,
                patient_id=self._patient_id,
                clinic_id=CLINIC.id,
                contact=ContactEnvelope(sealed="", person_version=1),
                reachable=True,
            )

    async def book_until(self, until: float) -> None:
        while (now := time.perf_counter()) < until:
            await self.book_one(now)

    async def book_one(self, due: float) -> None:
        """How long it took counts from when it was due."""
        day = self._chance.randrange(self._days)
        window = Interval(MONDAY + timedelta(days=day), MONDAY + timedelta(days=day + 1))
        # A patient of its own for each booking, or nobody would be booked twice a day. Sessions stand for patients here.
        wanted = Wanted(SESSION, uuid7())
        if day not in self._orders:
            self._orders[day] = best_first(CLINIC, wanted, window)

        def first_left(busy: Busy, losses: int) -> Candidate | None:
            return pick(lambda at: candidates(CLINIC, wanted, at, busy), self._orders[day], wanted.patient_id, losses)

        async def a_session(tx: Transaction) -> Appointment | None:
            if self._book is serializable:
                await tx.execute("set transaction isolation level serializable")
            infusion = Session.book(clinic_id=CLINIC.id, patient_id=self._patient_id, prescriber_id=uuid7())
            await sessions.insert(tx, infusion)
            booking = Booking(CLINIC.id, wanted.patient_id, CLINIC.zone, session_id=infusion.id)
            return await self._book(tx, booking, window, first_left)

        try:
            booked = await (self._database.together if self._book in GUARDED else self._database.alone)(a_session)
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, bookings.Taken):
            self._figures.aborted += 1
            return
        if booked is None:
            self._figures.full += 1
            await _empty(self._database, window)
        else:
            self._figures.booked += 1
            self._figures.times.append(time.perf_counter() - due)


async def _empty(database: Database, window: Interval) -> None:
    """Room for more, so that a run does not end with the calendar. In order of id, so that two of these never meet."""
    async with database.transaction() as tx:
        await tx.execute(
            """
            update resource_booking set active = false
             where id in (select id from resource_booking
                           where active and during && tstzrange($1, $2)
                           order by id for update skip locked)
            """,
            window.start,
            window.end,
        )


async def _run(
    postgres: EmbeddedPostgres,
    name: str,
    book: Book,
    seconds: float,
    clients: int,
    days: int,
    rate: float | None = None,
) -> Figures:
    """Clients who each wait for their answer; with `rate` so many bookings a second begin, whatever comes back."""
    database_name = f"booking_{book.__name__}" + ("_on_time" if rate else "")
    await migrate_estate(postgres.dsn(), service_estate("scheduling", database_name))
    if book not in GUARDED:
        owner = await asyncpg.connect(postgres.dsn(database_name))
        await owner.execute(
            """
            alter table scheduling.resource_booking drop constraint resource_booking_never_overlaps;
            create index resource_booking_plain on scheduling.resource_booking (clinic_id, lower(during)) where active;
            """
        )
        await owner.close()
    settings = Settings(environment="development", database_url=postgres.dsn(database_name), database_pool_size=clients)
    database = await Database.open(settings, "scheduling", FixedClock(MONDAY))
    async with database.transaction() as tx:
        await set_up_clinic(tx, CLINIC)
    figures, chance = Figures(name), random.Random(7)
    those = [_Client(database, book, days, figures, chance) for _ in range(clients)]
    await asyncio.gather(*(one.arrive() for one in those))
    began = time.perf_counter()
    if rate is None:
        await asyncio.gather(*(one.book_until(began + seconds) for one in those))
    else:
        turn = cycle(those)
        await open_loop(rate, began + seconds, lambda due: next(turn).book_one(due))
    figures.seconds = time.perf_counter() - began
    figures.overlaps = await database.pool.fetchval(OVERLAPS, timeout=60)
    await database.close()
    return figures


WAYS: tuple[tuple[str, Book], ...] = (
    ("booking core (exclusion constraint)", book_appointment),
    ("check, then insert", check_then_insert),
    ("check, then insert, FOR UPDATE", for_update),
    ("check, then insert, SERIALIZABLE", serializable),
    ("the rows alone, nobody looks", rows_alone),
)
GUARDED = (book_appointment, rows_alone)
"""By the constraint, and together with whoever books at the same moment."""


async def measure(seconds: float, clients: int, days: int, rate: float) -> list[Row]:
    gc.set_threshold(*GARBAGE)  # as in a service
    async with temporary_postgres(settings={"max_connections": "100"}) as postgres:
        ways = [await _run(postgres, name, book, seconds, clients, days) for name, book in WAYS]
        on_time = await _run(postgres, "booking core", book_appointment, seconds, clients, days, rate)
    rows = []
    plain = ways[1]
    for one in ways:
        p50, p99 = percentiles(one.times)
        ours = one is ways[0]
        goals = ("1,000/s", "2,500/s") if ours else ("", "")
        name = f"three resources, {one.name}" if ours else f"  reference: {one.name}"
        rows += [
            Row(name, one.booked / one.seconds, "/s", plain.booked / plain.seconds, plain.name, *goals),
            Row("  p50", p50, "ms"),
            Row("  p99", p99, "ms", aim="≤ 25 ms" if ours else ""),
            Row("  deadlocks and the like", one.aborted, ""),
            Row("  double bookings", one.overlaps, "", at_least="0" if ours else ""),
        ]
    p50, p99 = percentiles(on_time.times)
    rows += [
        Row(
            f"three resources, booking core, {rate:,.0f}/s whatever comes back", on_time.booked / on_time.seconds, "/s"
        ),
        Row("  p50 from when it was due", p50, "ms"),
        Row("  p99 from when it was due", p99, "ms", aim="≤ 25 ms"),
        Row("  double bookings", on_time.overlaps, "", at_least="0"),
    ]
    return rows


if __name__ == "__main__":
    show("Bookings by racing clients", measure, seconds=5.0, clients=32, days=28, rate=1000.0)
