"""One client of the race: books, cancels, withdraws, and writes down what it was told before it goes on.

A line is one write, so what was written survives the death of the process. An attempt that has a beginning and no end was
under way when its process died or its connection was cut: nobody was told anything.
"""

import os
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.refusal import TimeRefused, offered_around
from services.scheduling.domain.session import CancelReason, SessionNotBooked
from services.scheduling.domain.slots import Busy
from services.scheduling.store import bookings
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from services.scheduling.use_cases.cancel_session import cancel_session
from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from shared.database import Database
from shared.database.failures import Contended, is_place
from tests.faults.race.course import COURSE
from tests.integration.scheduling.desk import REACTIONS, STAFF_ID, Asked
from tests.unit.scheduling.twin import free_starts

SESSION = COURSE.kind(Purpose.SESSION)
PRESCRIBERS = COURSE.of_kind(ResourceKind.CLINICIAN)
MOST_OFFERED = 3
JUDGED = 4
TAKEN_BY_SESSIONS = """
    select distinct session_id
      from resource_booking join appointment on appointment.id = appointment_id
     where active and session_id is not null
"""
TAKEN_BY_CONSULTATIONS = """
    select distinct consultation.request_id, consultation.patient_id, consultation.reference
      from resource_booking
      join appointment on appointment.id = appointment_id
      join consultation on consultation.id = consultation_id
     where active
"""
_looked: ContextVar[Busy] = ContextVar("looked")


def remember_every_look() -> None:
    """From now on each racer knows what the booking core saw when it last looked at what is taken."""
    look = bookings.busy

    async def busy(*where: object, **besides: object) -> Busy:
        found = await look(*where, **besides)  # type: ignore[arg-type]
        _looked.set(found)
        return found

    bookings.busy = busy  # type: ignore[assignment]


@dataclass(slots=True)
class Racer:
    """`journal` is a file descriptor, `name` unlike that of any other racer, dead or alive."""

    name: str
    database: Database
    chance: Random
    journal: int
    patients: list[UUID]
    attempts: int = 0

    async def step(self) -> None:
        """One thing, mostly an attempt to book."""
        await self.chance.choices(
            (self._book_by_hand, self._ask, self._cancel, self._withdraw, self._review), (50, 15, 15, 14, 4)
        )[0]()

    # Attempts to book ----------------------------------------------------------------------------------------------

    async def _book_by_hand(self) -> None:
        """Any five minutes of the next four days of the clinic, so that most attempts meet others half-way."""
        day = self.chance.choice((3, 7, 10, 14))  # from a Monday: Thursday, Monday, Thursday, Monday
        at = self.database.clock.now() + timedelta(days=day, hours=-3, minutes=5 * self.chance.randrange(18))
        prescriber = self.chance.choice(PRESCRIBERS)
        wish = SessionWanted(COURSE.id, self.chance.choice(self.patients), prescriber.id, at, STAFF_ID)

        async def attempt() -> str:
            try:
                async with self.database.transaction() as tx:
                    session = await book_session(tx, wish, self.database.clock.now())
            except TimeRefused as refusal:
                return self._judge(refusal, wish)
            return f"booked {session.id}"

        await self._attempt(attempt)

    async def _ask(self) -> None:
        asked = Asked.new()

        async def attempt() -> str:
            state = await self._hear(asked.requested())
            return f"asked-{state} {asked.request_id}"

        await self._attempt(attempt)

    async def _attempt(self, attempt: Callable[[], Awaitable[str]]) -> None:
        self.attempts += 1
        mark = f"{self.name}.{self.attempts}"
        self._write(f"begin {mark}")
        self._write(f"end {mark} {await self._answer(attempt)}")

    async def _answer(self, attempt: Callable[[], Awaitable[str]]) -> str:
        try:
            return await attempt()
        except Contended:
            return "contended"
        except Exception as error:
            return "cut-off" if is_place(error) else f"broken {error!r}"

    def _judge(self, refusal: TimeRefused, wish: SessionWanted) -> str:
        """What was offered, held against the twin's search through what the booking core saw: one in JUDGED, and always
        when too little was offered."""
        if len(refusal.instead) == MOST_OFFERED and self.chance.randrange(JUDGED):
            return "refused"
        window = offered_around(wish.starts_at, self.database.clock.now())
        able = [
            one for one in COURSE.resources if one.kind is not ResourceKind.CLINICIAN or one.id == wish.prescriber_id
        ]
        free = list(free_starts(COURSE, SESSION, able, window, _looked.get(), wish.patient_id))
        if not set(refusal.instead) <= set(free):
            return "broken offered what is taken"
        if len(refusal.instead) < min(MOST_OFFERED, len(free)):
            return "broken offered too little"
        far = max((abs(at - wish.starts_at) for at in refusal.instead), default=timedelta())
        if any(abs(at - wish.starts_at) < far for at in set(free) - set(refusal.instead)) and refusal.missing:
            return "broken offered what is not the nearest"
        return "refused" if free else "refused-full"

    # What frees time -----------------------------------------------------------------------------------------------

    async def _cancel(self) -> None:
        async def attempt() -> str:
            found = await self.database.pool.fetch(TAKEN_BY_SESSIONS)
            if not found:
                return "nothing"
            session_id = self.chance.choice(found)["session_id"]
            try:
                async with self.database.transaction() as tx:
                    await cancel_session(tx, COURSE.id, session_id, reason=CancelReason.EQUIPMENT, by=STAFF_ID)
            except SessionNotBooked:
                return "nothing"
            return f"cancelled {session_id}"

        self._write(f"freed {await self._answer(attempt)}")

    async def _withdraw(self) -> None:
        async def attempt() -> str:
            found = await self.database.pool.fetch(TAKEN_BY_CONSULTATIONS)
            if not found:
                return "nothing"
            row = self.chance.choice(found)
            asked = Asked(row["patient_id"], row["request_id"], row["reference"])
            return f"withdrew-{await self._hear(asked.withdrawn())} {asked.request_id}"

        self._write(f"freed {await self._answer(attempt)}")

    async def _review(self) -> None:
        async def attempt() -> str:
            return f"reviewed-{await review_waiting_list(self.database)}"

        self._write(f"freed {await self._answer(attempt)}")

    async def _hear(self, message) -> str:
        async with self.database.transaction() as tx:
            await REACTIONS[type(message.event)].handle(tx, message, self.database.clock.now())
            return await tx.fetchval("select state from consultation where request_id = $1", message.event.request_id)

    def _write(self, line: str) -> None:
        os.write(self.journal, line.replace("\n", " ").encode() + b"\n")
