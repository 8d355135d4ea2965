"""Whatever is given back, accepted, declined, let pass or withdrawn, in whatever order and by how many at once: no time is
booked twice, nobody is asked for two, nobody is lost from the list, and nobody is overtaken without a reason."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta

import asyncpg
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.slot_offer import Offering, OfferIsOver, Way, answer_by
from services.scheduling.domain.waiting_line import BAND, Free
from services.scheduling.domain.wishes import unmet
from services.scheduling.store import clinics, consultations, waiting_list
from services.scheduling.use_cases.offer_free_times import free_starts
from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from shared.events.values import DayPart, Urgency, Wishes
from tests.awaited_rules import AwaitedRules, assert_every_life_holds, awaited
from tests.conftest import NOON
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID, Asked
from tests.integration.scheduling.test_life_of_appointments import EMPTY, one

TWO_TIMES = replace(
    CLINIC,
    resources=(CLINICIANS[0],),
    hours=tuple(replace(hours, opens=time(11), closes=time(12, 30)) for hours in CLINIC.hours),
    horizon=timedelta(days=3),
)
"""One clinician with two times a day."""
WISHES = st.sampled_from([Wishes(), Wishes(day_parts=(DayPart.AFTERNOON,)), Wishes(day_parts=(DayPart.MORNING,))])
SOMEBODY = st.integers(0, 11)
RANK = {"urgent": 0, "soon": 1, "routine": 2}


class LifeOfOffers(AwaitedRules):
    def __init__(self, desk, way):
        super().__init__()
        self.desk = desk
        self.way = way
        self.asked: list[Asked] = []
        self.gone: set = set()
        self.judged: set = set()

    @initialize()
    @awaited
    async def everything_is_booked(self):
        admin = await asyncpg.connect(self.desk.dsn)
        await admin.execute(EMPTY)
        await admin.close()
        self.desk.clock.advance(NOON - self.desk.clock.now())
        await self.desk.asks_around(self.way, at_once=2, book_urgent=False, nearer_than=timedelta(0))
        for _ in range(7):
            self.asked.append(asked := Asked.new())
            await self.desk.hears(asked.requested())

    @rule(urgency=st.sampled_from(Urgency), wishes=WISHES, days=st.integers(0, 20))
    @awaited
    async def somebody_asks(self, urgency, wishes, days):
        self.asked.append(asked := Asked.new())
        at = (self.desk.clock.now() - timedelta(days=days)).isoformat()
        await self.desk.hears(asked.requested(urgency=urgency, wishes=wishes, requested_at=at))

    @rule(who=SOMEBODY)
    @awaited
    async def somebody_withdraws(self, who):
        asked = one(self.asked, who)
        self.gone.add(asked.request_id)
        await self.desk.hears(asked.withdrawn(version=3))

    @rule(times=st.integers(1, 4))
    @awaited
    async def replicas_ask_around(self, times):
        for _ in range(times):
            await asyncio.gather(*(review_waiting_list(self.desk.database) for _ in range(3)))

    @rule()
    @awaited
    async def everybody_is_asked_who_can_be(self):
        """Whoever still waits unasked has refused all that is free and could be answered in time."""
        async with self.desk.database.transaction() as tx:
            await waiting_list.review_at(tx, CLINIC.id, tx.now)
        await self.desk.review()
        async with self.desk.database.transaction() as tx:
            clinic = await clinics.find(tx, CLINIC.id)
            kind = clinic.kind(Purpose.CONSULTATION)
            answerable = answer_by(tx.now, Offering().within, clinic.zone) + clinic.minimum_notice
            free = [at for at in await free_starts(tx, clinic, kind) if at >= answerable]
            unasked = await consultations.to_be_asked(tx, CLINIC.id, most=100, skip=0)
        assert [one.starts(Free(free, kind.length, clinic.zone)) for one in unasked] == [[] for _ in unasked]

    @rule(who=SOMEBODY)
    @awaited
    async def one_accepts(self, who):
        if offer := one(await self._open(), who):
            await self.desk.accepts(offer)

    @rule(who=SOMEBODY)
    @awaited
    async def one_declines(self, who):
        if offer := one(await self._open(), who):
            await self.desk.declines(offer)

    @rule()
    @awaited
    async def all_who_were_ever_asked_accept_at_once(self):
        """Twice each, as a thumb does."""
        offers = await self.desk.offers()
        await asyncio.gather(*(self._tried(self.desk.accepts(offer)) for offer in [*offers, *offers]))

    @rule(who=SOMEBODY)
    @awaited
    async def one_accepts_declines_and_withdraws_while_the_timers_run(self, who):
        if offer := one(await self._open(), who):
            asked = next(asked for asked in self.asked if asked.patient_id == offer["patient_id"])
            self.gone.add(asked.request_id)
            await asyncio.gather(
                self._tried(self.desk.accepts(offer)),
                self._tried(self.desk.declines(offer, by=STAFF_ID)),
                self.desk.hears(asked.withdrawn(version=3)),
                self.desk.timers(),
                review_waiting_list(self.desk.database),
            )

    @rule(minutes=st.sampled_from([30, 120, 600]))
    def time_passes(self, minutes):
        self.desk.clock.advance(timedelta(minutes=minutes))

    @rule()
    @awaited
    async def the_timers_run(self):
        await self.desk.timers()

    # What holds after every step -----------------------------------------------------------------------------------

    @invariant()
    @awaited
    async def nothing_is_booked_twice(self):
        assert await self.desk.overlaps() == 0

    @invariant()
    @awaited
    async def nobody_is_lost(self):
        rows = {row["request_id"]: row for row in await self._rows("select * from consultation")}
        for asked in self.asked:
            row = rows[asked.request_id]
            assert row["state"] in ({"cancelled"} if asked.request_id in self.gone else {"waitlisted", "booked"})
        appointments = await self._rows(
            "select consultation_id from appointment where state = 'booked' order by consultation_id"
        )
        booked = sorted(row["id"] for row in rows.values() if row["state"] == "booked")
        assert [row["consultation_id"] for row in appointments] == booked

    @invariant()
    @awaited
    async def whoever_is_asked_waits_and_for_one_time(self):
        open_ = await self._open()
        assert len({offer["consultation_id"] for offer in open_}) == len(open_)
        states = await self._rows(
            "select distinct state from consultation where id = any (select consultation_id from slot_offer"
            " where state = 'open')"
        )
        assert {row["state"] for row in states} <= {"waitlisted"}
        together: dict = {}
        for offer in open_:
            if offer["appointment_id"]:
                together.setdefault(offer["appointment_id"], []).append(offer)
        assert max(map(len, together.values()), default=0) <= (2 if self.way is Way.SEVERAL else 1)

    @invariant()
    @awaited
    async def each_offer_is_said_once(self):
        said = [body["offer_id"] for _, body in await self.desk.said("slot-offered")]
        assert sorted(said) == sorted(str(offer["id"]) for offer in await self.desk.offers())

    @invariant()
    @awaited
    async def what_is_held_is_offered(self):
        """Or its deadline has passed, and no timer has run yet."""
        held = await self._rows("select id from appointment where state = 'held' and held_until > $1")
        assert {row["id"] for row in held} == {
            offer["appointment_id"] for offer in await self._open() if offer["answer_by"] > self.desk.clock.now()
        }

    @invariant()
    @awaited
    async def nobody_was_overtaken_without_a_reason(self):
        """Of each new offer: who was more urgent, or a week or more before, or as well served and earlier, and had not been
        asked for that time, was asked for something then."""
        new = [offer for offer in await self.desk.offers() if offer["id"] not in self.judged]
        rows = {row["id"]: row for row in await self._rows("select * from consultation")}
        asked_for: dict = {}
        for offer in await self.desk.offers():
            asked_for.setdefault(offer["consultation_id"], []).append(offer)
        for offer in new:
            self.judged.add(offer["id"])
            mine = self._place(rows[offer["consultation_id"]], offer)
            for row in rows.values():
                if row["state"] != "waitlisted" or row["id"] in asked_for:
                    continue
                assert self._place(row, offer) > mine

    def _place(self, row, offer):
        urgent = row["urgency"] == "urgent"
        wishes = Wishes() if urgent else Wishes.model_validate(row["wishes"])
        return (
            RANK[row["urgency"]],
            -(max(offer["offered_at"] - row["requested_at"], timedelta(0)) // BAND),
            unmet(wishes, offer["starts_at"], CLINIC.zone),
            row["requested_at"],
            str(row["id"]),
        )

    async def _open(self):
        return [offer for offer in await self.desk.offers() if offer["state"] == "open"]

    async def _tried(self, work):
        try:
            return await work
        except OfferIsOver:
            return None

    async def _rows(self, query):
        arguments = [self.desk.clock.now()] if "$1" in query else []
        return await self.desk.database.pool.fetch(query, *arguments)


@pytest.mark.parametrize("way", [Way.ONE_BY_ONE, Way.SEVERAL])
async def test_offers_live_as_the_rules_say(bare_desk, way):
    await bare_desk.set_up(TWO_TIMES)

    await assert_every_life_holds(lambda: LifeOfOffers(bare_desk, way), steps=25, ordinary=15)
