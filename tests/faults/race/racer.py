"""One client of the race: books, asks, chooses, cancels, withdraws, and writes down what it was told before it goes on.

A line is one write, so what was written survives the death of the process. An attempt that has a beginning and no end was
under way when its process died or its connection was cut: nobody was told anything.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from uuid import UUID

from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.refusal import TimeRefused, offered_around
from services.scheduling.domain.session import CancelReason, SessionNotBooked
from services.scheduling.store import sessions
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from services.scheduling.use_cases.cancel_session import cancel_session
from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from shared.database import Database, Transaction
from shared.database.failures import Contended, is_place
from tests.faults.race.chooser import Chooser
from tests.faults.race.course import COURSE
from tests.faults.race.judge import Sought, judge
from tests.integration.scheduling.desk import REACTIONS, STAFF_ID, Asked

SESSION = COURSE.kind(Purpose.SESSION)
CROWDED = (3, 7, 10, 14)
"""Days from a Monday: Thursday, Monday, Thursday, Monday."""
ROOMY = tuple(days for week in range(3, 15) for days in (7 * week, 7 * week + 3))
PRESCRIBERS = COURSE.of_kind(ResourceKind.CLINICIAN)
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
WAITING = """
    select request_id, patient_id, reference
      from consultation
     where state = 'waitlisted'
"""


@dataclass(slots=True)
class Racer:
    """`journal` is a file descriptor, `name` unlike that of any other racer, dead or alive."""

    name: str
    database: Database
    chance: Random
    journal: int
    patients: list[UUID]
    attempts: int = 0
    chooser: Chooser = field(init=False)

    def __post_init__(self) -> None:
        self.chooser = Chooser(self)

    async def step(self) -> None:
        """One thing, mostly an attempt to book."""
        steps = {
            self._book_by_hand: 41,
            self._book_two: 4,
            self._ask: 10,
            self.chooser.step: 20,
            self._cancel: 15,
            self._withdraw: 14,
            self._leave_the_line: 12,
            self._review: 4,
        }
        await self.chance.choices(list(steps), list(steps.values()))[0]()

    # Attempts to book ----------------------------------------------------------------------------------------------

    async def _book_by_hand(self) -> None:
        """Any five minutes of the next four days of the clinic, so that most attempts meet others half-way."""
        await self._book(self._wish(CROWDED))

    async def _book_two(self) -> None:
        """A program books for two patients at the same moment, where most can be had: they share the commit, with whoever
        else comes just then (docs/decisions/0150)."""
        await asyncio.gather(*(self._book(self._wish(ROOMY), together=True) for _ in range(2)))

    def _wish(self, days: Sequence[int]) -> SessionWanted:
        at = self.database.clock.now() + timedelta(
            days=self.chance.choice(days), hours=-3, minutes=5 * self.chance.randrange(18)
        )
        prescriber = self.chance.choice(PRESCRIBERS)
        return SessionWanted(COURSE.id, self.chance.choice(self.patients), prescriber.id, at, STAFF_ID)

    async def _book(self, wish: SessionWanted, *, together: bool = False) -> None:
        judged = ""

        async def book(tx: Transaction) -> str:
            nonlocal judged
            try:
                return f"booked {(await book_session(tx, wish, self.database.clock.now())).id}"
            except TimeRefused as refusal:
                if not tx.shared:  # else it is done again alone, and what is looked at then is judged
                    around = offered_around(wish.starts_at, self.database.clock.now())
                    sought = Sought(SESSION, wish.starts_at, wish.patient_id, around, wish.prescriber_id)
                    judged = judge(refusal, sought, self.chance)
                raise

        async def attempt() -> str:
            try:
                return await (self.database.together if together else self.database.alone)(book)
            except TimeRefused:
                return judged

        await self.attempt(attempt)

    async def _ask(self) -> None:
        asked = Asked.new()

        async def attempt() -> str:
            state = await self.hear(asked.requested())
            return f"asked-{state} {asked.request_id}"

        await self.attempt(attempt)

    async def attempt(self, attempt: Callable[[], Awaitable[str]]) -> None:
        self.attempts += 1
        mark = f"{self.name}.{self.attempts}"
        self.write(f"begin {mark}")
        self.write(f"end {mark} {await self.answer(attempt)}")

    async def answer(self, attempt: Callable[[], Awaitable[str]]) -> str:
        try:
            return await attempt()
        except Contended:
            return "contended"
        except Exception as error:
            return "cut-off" if is_place(error) else f"broken {error!r}"

    # What frees time -----------------------------------------------------------------------------------------------

    async def _cancel(self) -> None:
        async def attempt() -> str:
            found = await self.database.pool.fetch(TAKEN_BY_SESSIONS)
            if not found:
                return "nothing"
            session_id = self.chance.choice(found)["session_id"]
            try:
                async with self.database.transaction() as tx:
                    await cancel_session(
                        tx, await sessions.lock(tx, COURSE.id, session_id), reason=CancelReason.EQUIPMENT, by=STAFF_ID
                    )
            except SessionNotBooked:
                return "nothing"
            return f"cancelled {session_id}"

        self.write(f"freed {await self.answer(attempt)}")

    async def _withdraw(self) -> None:
        await self._give_up_one_of(TAKEN_BY_CONSULTATIONS)

    async def _leave_the_line(self) -> None:
        """While anybody waits nobody else may choose a time."""
        await self._give_up_one_of(WAITING)

    async def _give_up_one_of(self, query: str) -> None:
        async def attempt() -> str:
            found = await self.database.pool.fetch(query)
            if not found:
                return "nothing"
            row = self.chance.choice(found)
            asked = Asked(row["patient_id"], row["request_id"], row["reference"])
            return f"withdrew-{await self.hear(asked.withdrawn())} {asked.request_id}"

        self.write(f"freed {await self.answer(attempt)}")

    async def _review(self) -> None:
        async def attempt() -> str:
            return f"reviewed-{await review_waiting_list(self.database)}"

        self.write(f"freed {await self.answer(attempt)}")

    async def hear(self, message) -> str:
        async with self.database.transaction() as tx:
            await REACTIONS[type(message.event)].handle(tx, message, self.database.clock.now())
            return await tx.fetchval("select state from consultation where request_id = $1", message.event.request_id)

    def write(self, line: str) -> None:
        os.write(self.journal, line.replace("\n", " ").encode() + b"\n")
