"""Whatever is asked, accepted, declined, let pass, moved, cancelled or changed again, in whatever order and by how many at
once: nothing is booked twice, nobody is asked twice, what is kept is asked about, who said yes is where they were told."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta

import asyncpg
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.scheduling.domain.appointment import AppointmentIsOver
from services.scheduling.domain.change import ChangedMeanwhile, NothingToChange
from services.scheduling.domain.clinic import ResourceKind
from services.scheduling.domain.opening import Closure
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.slot_offer import OfferIsOver
from services.scheduling.domain.wall_clock import reads
from services.scheduling.store import asked_moves, booked_ahead
from services.scheduling.use_cases.answer_move import accept_move, decline_move
from services.scheduling.use_cases.ask_about_move import ask_about_move
from services.scheduling.use_cases.change_clinic import (
    ClinicChangedMeanwhile,
    change_clinic,
    stranded_now,
    the_clinic,
    without_place_now,
)
from services.scheduling.use_cases.move_stranded import Proposal, move_stranded
from services.scheduling.use_cases.offer_by_hand import AlreadyAsked, TooSoonToOffer
from services.scheduling.use_cases.take_in_hand import Press
from shared.database.failures import Contended
from tests.awaited_rules import AwaitedRules, assert_every_life_holds, awaited
from tests.conftest import NOON
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID, Asked
from tests.integration.scheduling.test_life_of_appointments import EMPTY, one

SMALL = replace(
    CLINIC,
    resources=CLINICIANS[:2],
    hours=tuple(replace(hours, opens=time(11), closes=time(12, 45)) for hours in CLINIC.hours),
    horizon=timedelta(days=7),
)
"""Two clinicians with two times a day."""
MAY_LOSE = (
    OfferIsOver,
    AlreadyAsked,
    TooSoonToOffer,
    TimeRefused,
    ChangedMeanwhile,
    AppointmentIsOver,
    NothingToChange,
    ClinicChangedMeanwhile,
    Contended,
)
SOMEBODY = st.integers(0, 5)
CLOSED = st.sampled_from([(), (1,), (2,), (1, 2), (1, 2, 3)])
"""Days from now, at first."""


class LifeOfAskedMoves(AwaitedRules):
    def __init__(self, desk):
        super().__init__()
        self.desk = desk
        self.patients: list[Asked] = []

    @initialize()
    @awaited
    async def some_are_booked(self):
        admin = await asyncpg.connect(self.desk.dsn)
        await admin.execute(EMPTY)
        await admin.close()
        self.desk.clock.advance(NOON - self.desk.clock.now())
        await self._closes(())
        for _ in range(4):
            self.patients.append(asked := Asked.new())
            await self.desk.hears(asked.requested())

    @rule(days=CLOSED)
    @awaited
    async def the_day_changes(self, days):
        await self._closes(days)

    @rule(days=CLOSED)
    @awaited
    async def the_day_changes_and_all_are_asked(self, days):
        await self._closes(days)
        for proposal in await self._proposals():
            await self._tried(self._asks(proposal))

    @rule(who=SOMEBODY)
    @awaited
    async def one_accepts(self, who):
        if question := one(await self._questions("state = 'open'"), who):
            await self._tried(self._accepts(question))

    @rule(who=SOMEBODY)
    @awaited
    async def one_declines(self, who):
        if question := one(await self._questions("state = 'open'"), who):
            await self._tried(self._declines(question))

    @rule(who=SOMEBODY, days=CLOSED, minutes=st.sampled_from([0, 119, 120]))
    @awaited
    async def everybody_does_something_at_once(self, who, days, minutes):
        """Two accept by the same link, a third declines; staff move what they see, ask, and change the day; the patient
        cancels or chooses; the timers of two replicas run."""
        proposals = await self._proposals()
        self.desk.clock.advance(timedelta(minutes=minutes))
        work = [self.desk.timers(), self.desk.timers(), self._closes(days)]
        for question in await self._questions("state = 'open'"):
            work += [self._accepts(question), self._accepts(question)]
        if question := one(await self._questions("true"), who):
            work += [self._declines(question), self._moves(Proposal(*self._kept(question)))]
            patient = next(asked for asked in self.patients if asked.patient_id == question["patient_id"])
            work.append(self.desk.calls_off(patient, seen=question["revision"]))
        for proposal in proposals:
            work += [self._moves(proposal), self._asks(proposal)]
        await asyncio.gather(*map(self._tried, work))

    @rule(minutes=st.sampled_from([30, 120, 600]))
    @awaited
    async def time_passes(self, minutes):
        self.desk.clock.advance(timedelta(minutes=minutes))
        await self.desk.timers()

    # What holds after every step -----------------------------------------------------------------------------------

    @invariant()
    @awaited
    async def nothing_is_booked_twice(self):
        assert await self.desk.overlaps() == 0

    @invariant()
    @awaited
    async def what_is_kept_is_asked_about(self):
        """Or its deadline has passed, and no timer has run yet."""
        held = await self._rows("select id from appointment where state = 'held' and held_until > $1")
        kept = await self._rows("select appointment_id as id from slot_offer where state = 'open' and answer_by > $1")
        assert {row["id"] for row in held} == {row["id"] for row in kept}

    @invariant()
    @awaited
    async def a_question_is_about_what_is_booked(self):
        rows = await self._rows(
            "select moves, a.state, a.revision = o.revision as same from slot_offer as o"
            " join appointment as a on a.id = moves where o.state = 'open'"
        )
        assert {(row["state"], row["same"]) for row in rows} <= {("booked", True)}
        assert len({row["moves"] for row in rows}) == len(rows)

    @invariant()
    @awaited
    async def who_said_yes_was_moved_once_and_is_told(self):
        rows = await self._rows("select moves, revision, starts_at from slot_offer where state = 'accepted'")
        told = {
            (body["appointment"]["appointment_id"], body["appointment"]["revision"]): body["appointment"]["starts_at"]
            for _, body in await self.desk.said("consultation-scheduled")
        }
        for row in rows:
            starts_at = told[str(row["moves"]), row["revision"] + 1]
            assert starts_at == row["starts_at"].isoformat().replace("+00:00", "Z")

    @invariant()
    @awaited
    async def each_question_is_said_once(self):
        said = [body["offer_id"] for _, body in await self.desk.said("move-proposed")]
        assert sorted(said) == sorted(str(row["id"]) for row in await self._questions("true"))

    @invariant()
    @awaited
    async def who_was_told_that_it_cannot_be_was_told_so_truly_or_told_that_it_stays(self):
        async with self.desk.database.transaction() as tx:
            without = {
                one.planned.appointment_id for one in await without_place_now(tx, await the_clinic(tx, CLINIC.id))
            }
            ahead = await booked_ahead.booked_ahead(tx, CLINIC.id, tx.now)
            standing = await asked_moves.newest_of(tx, [one.appointment_id for one in ahead])
        assert set(standing) <= without

    @invariant()
    @awaited
    async def that_it_stays_is_said_once_of_a_question(self):
        said = [body["offer_id"] for _, body in await self.desk.said("move-withdrawn")]
        assert len(said) == len(set(said))
        assert sorted(said) == sorted(str(row["offer_id"]) for row in await self._rows("select * from move_withdrawn"))

    # Steps ---------------------------------------------------------------------------------------------------------

    async def _closes(self, days):
        first = reads(NOON, CLINIC.zone).replace(hour=0)
        closures = tuple(Closure(first + timedelta(days=n), first + timedelta(days=n + 1), "Holiday") for n in days)
        async with self.desk.database.transaction() as tx:
            seen = (await the_clinic(tx, CLINIC.id)).version
            await change_clinic(
                tx, CLINIC.id, lambda it: replace(it, closures=closures), what="Closures", seen=seen, by=STAFF_ID
            )

    async def _proposals(self):
        async with self.desk.database.transaction() as tx:
            found = await stranded_now(tx, await the_clinic(tx, CLINIC.id))
        return [
            Proposal(
                Press(CLINIC.id, it.planned.appointment_id, it.planned.version, STAFF_ID),
                it.instead.during.start,
                it.instead.resource(ResourceKind.CLINICIAN).id,
            )
            for it in found
            if it.instead
        ]

    def _kept(self, question):
        press = Press(CLINIC.id, question["moves"], question["revision"], STAFF_ID)
        return press, question["starts_at"], question["clinician_id"]

    async def _asks(self, proposal):
        async with self.desk.database.transaction() as tx:
            await ask_about_move(tx, proposal)

    async def _moves(self, proposal):
        async with self.desk.database.transaction() as tx:
            await move_stranded(tx, proposal)

    async def _accepts(self, question):
        async with self.desk.database.transaction() as tx:
            await accept_move(tx, question["id"])

    async def _declines(self, question):
        async with self.desk.database.transaction() as tx:
            await decline_move(tx, question["id"])

    async def _tried(self, work):
        with suppress(*MAY_LOSE):
            await work

    async def _questions(self, which):
        return await self.desk.database.pool.fetch(
            f"select * from slot_offer where moves is not null and {which} order by offered_at, id"
        )

    async def _rows(self, query):
        arguments = [self.desk.clock.now()] if "$1" in query else []
        return await self.desk.database.pool.fetch(query, *arguments)


async def test_questions_live_as_the_rules_say(bare_desk):
    await bare_desk.set_up(SMALL)

    await assert_every_life_holds(lambda: LifeOfAskedMoves(bare_desk), steps=15, ordinary=12)
