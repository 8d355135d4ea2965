"""Patients who choose a time: it is kept while they fill in the rest, and then sent, given back or forgotten.

Half of what is kept is over from the beginning, so that the end of a hold meets its own request, others who want the time,
and the timer that tidies. The other half is a promise: whoever sends has the time they chose.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.hold import Hold
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.slots import bookable_without_staff, starts
from services.scheduling.use_cases.hold_time import HoldWanted, NoTimesToChoose, give_back_hold, hold_time
from services.scheduling.use_cases.let_holds_lapse import tidy_holds
from tests.conftest import NOON
from tests.faults.race.course import COURSE
from tests.faults.race.judge import Sought, judge
from tests.integration.scheduling.desk import HOLD_RULES, REACTIONS, Asked

if TYPE_CHECKING:
    from tests.faults.race.racer import Racer

CONSULTATION = COURSE.kind(Purpose.CONSULTATION)
assert CONSULTATION is not None
REACH = bookable_without_staff(COURSE, NOON)
WANTED_BY_ALL = list(islice(starts(COURSE, CONSULTATION.length, REACH), 24))
OVER_AT_ONCE = replace(HOLD_RULES, length=timedelta())
MISSED = """
    select appointment.starts_at, consultation.state, consultation.instead_of
      from consultation
      left join appointment on consultation_id = consultation.id and appointment.state = 'booked'
     where request_id = $1
"""


@dataclass(slots=True)
class Chooser:
    """One patient after the other, each with at most one time kept."""

    racer: "Racer"
    asked: Asked | None = None
    hold: Hold | None = None
    promised: bool = False

    async def step(self) -> None:
        if self.asked is None or self.hold is None:
            await self._keep(Asked.new())
            return
        asked, hold, self.asked, self.hold = self.asked, self.hold, None, None
        match self.racer.chance.choice(("send", "send", "give back", "forget", "tidy")):
            case "send":
                await self._send(asked, hold)
            case "give back":
                await self._give_back(asked)
            case "tidy":
                self.racer.write(f"freed {await self.racer.answer(self._tidy)}")

    async def _keep(self, asked: Asked) -> None:
        racer = self.racer
        at, self.promised = racer.chance.choice(WANTED_BY_ALL), bool(racer.chance.randrange(2))
        wish = HoldWanted(COURSE.id, asked.request_id, asked.patient_id, at, (sha256(asked.request_id.bytes).digest(),))

        async def attempt() -> str:
            try:
                async with racer.database.transaction() as tx:
                    hold = await hold_time(tx, wish, HOLD_RULES if self.promised else OVER_AT_ONCE)
            except TimeRefused as refusal:
                return judge(refusal, Sought(CONSULTATION, at, asked.patient_id, REACH), racer.chance)
            except NoTimesToChoose:
                return "others-wait"
            self.asked, self.hold = asked, hold
            return "kept"

        await racer.attempt(attempt)

    async def _send(self, asked: Asked, hold: Hold) -> None:
        """Whoever comes too late for their time has another one, or a place in line, and is told which time it was."""
        racer = self.racer

        async def attempt() -> str:
            message = asked.requested(hold_id=hold.id)
            async with racer.database.transaction() as tx:
                await REACTIONS[type(message.event)].handle(tx, message, racer.database.clock.now())
                row = await tx.fetchrow(MISSED, asked.request_id)
            if row["starts_at"] == hold.starts_at:
                return f"as-chosen {asked.request_id}"
            if self.promised:
                return "broken what was promised went to somebody else"
            if row["instead_of"] != hold.starts_at:
                return "broken not told which time was gone"
            return f"chosen-{row['state']} {asked.request_id}"

        await racer.attempt(attempt)

    async def _give_back(self, asked: Asked) -> None:
        async def attempt() -> str:
            async with self.racer.database.transaction() as tx:
                await give_back_hold(tx, asked.request_id)
            return "gave-back"

        self.racer.write(f"freed {await self.racer.answer(attempt)}")

    async def _tidy(self) -> str:
        return f"tidied-{bool(await tidy_holds(self.racer.database))}"
