"""A group of bookings chooses around what the group before is about to take, and believes in it no longer than that lasts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from services.scheduling.domain.appointment import Booking
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.session import Session
from services.scheduling.domain.slots import Wanted, candidates
from services.scheduling.domain.turns import pick
from services.scheduling.store import bookings, sessions
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from shared.database import Database, forerunner
from shared.database.group_commit import GroupCommit
from shared.database.shared_transaction import SharedTransaction
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID

PATIENCE = 60
"""Seconds, for machines that have much to do."""
(SESSION,) = (kind for kind in CLINIC.kinds if kind.purpose is Purpose.SESSION)


@dataclass
class SlowDisk:
    """Keeps back the commit of the first group until it is told to go on; or what the group wrote is lost then."""

    database: Database
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    breaks: bool = False

    @asynccontextmanager
    async def open(self) -> AsyncIterator[SharedTransaction]:
        async with self.database._open(SharedTransaction) as tx:
            yield tx
            if self.reached.is_set():
                return
            self.reached.set()
            await self.goes_on.wait()
            if self.breaks:
                raise ConnectionResetError


class Calendar:
    """A Monday of the clinic, booked in groups; every wish is for the first clinician, who is in one place only.

    `looked` is set once a group has seen what is taken, and begins to choose.
    """

    def __init__(self, desk, disk):
        self.desk, self.disk = desk, disk
        self.group = GroupCommit(disk.open)
        self.looked = asyncio.Event()

    def books(self, *works):
        """At the same moment, in one group."""
        return [asyncio.create_task(self.group.run(work)) for work in works]

    async def first_of(self, *hours):
        """Work: the first of these that is free, or None. The time at which it begins."""
        patient_id = await self.desk.patient()
        wanted = Wanted(SESSION, patient_id, clinician=CLINICIANS[0].id)
        starts = [self.desk.monday_at(hour) for hour in hours]

        def choose(busy, losses):
            return pick(lambda at: candidates(CLINIC, wanted, at, busy), starts, patient_id, losses)

        async def work(tx):
            session = Session.book(clinic_id=CLINIC.id, patient_id=patient_id, prescriber_id=STAFF_ID)
            await sessions.insert(tx, session)
            booking = Booking(CLINIC.id, patient_id, CLINIC.zone, session_id=session.id)
            window = Interval(self.desk.monday_at(0), self.desk.monday_at(24))
            made = await book_appointment(tx, booking, window, choose)
            return made and made.starts_at

        return work

    async def by_staff_at(self, hour):
        """Work: exactly this time, or TimeRefused."""
        wish = SessionWanted(
            CLINIC.id, await self.desk.patient(), CLINICIANS[0].id, self.desk.monday_at(hour), STAFF_ID
        )
        return lambda tx: book_session(tx, wish, tx.now)

    async def commits(self):
        """The times that are booked, commit by commit."""
        rows = await self.desk.database.pool.fetch(
            "select array_agg(starts_at order by starts_at) as starts from appointment group by xmin::text"
        )
        return sorted(row["starts"] for row in rows)

    def at(self, *hours):
        return [self.desk.monday_at(hour) for hour in hours]


@pytest.fixture
def disk(desk, monkeypatch):
    monkeypatch.setattr(forerunner, "PATIENCE", PATIENCE)
    return SlowDisk(desk.database)


@pytest.fixture
def calendar(desk, disk, monkeypatch):
    calendar, look = Calendar(desk, disk), bookings.busy_for_all

    async def look_and_say_so(*asked):
        seen = await look(*asked)
        calendar.looked.set()
        return seen

    monkeypatch.setattr(bookings, "busy_for_all", look_and_say_so)
    return calendar


async def ends(tasks):
    return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE)


async def two_at_the_disk(calendar):
    """At ten and at noon, not committed yet."""
    before = calendar.books(await calendar.first_of(10), await calendar.first_of(12))
    await asyncio.wait_for(calendar.disk.reached.wait(), PATIENCE)
    calendar.looked.clear()
    return before


async def test_the_next_choose_around_what_is_not_committed_yet_and_lose_nothing_by_it(desk, calendar):
    before = await two_at_the_disk(calendar)

    after = await ends(calendar.books(await calendar.first_of(10, 12, 14), await calendar.first_of(10, 12, 16)))

    assert not any(task.done() for task in before)
    assert after == calendar.at(14, 16)
    calendar.disk.goes_on.set()
    assert await ends(before) == calendar.at(10, 12)
    assert await calendar.commits() == [calendar.at(10, 12), calendar.at(14, 16)]
    assert await desk.overlaps() == 0


async def test_what_was_chosen_around_and_then_lost_can_be_booked(desk, calendar):
    before = await two_at_the_disk(calendar)
    after = await ends(calendar.books(await calendar.first_of(10, 14), await calendar.first_of(12, 16)))
    calendar.disk.breaks = True
    calendar.disk.goes_on.set()
    assert [type(one) for one in await ends(before)] == [ConnectionResetError] * 2

    last = await ends(calendar.books(await calendar.first_of(10), await calendar.first_of(12)))

    assert (after, last) == (calendar.at(14, 16), calendar.at(10, 12))
    assert await calendar.commits() == [calendar.at(10, 12), calendar.at(14, 16)]
    assert await desk.overlaps() == 0


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "committed"])
async def test_who_finds_nothing_else_waits_for_what_becomes_of_it(desk, calendar, lost):
    before = await two_at_the_disk(calendar)

    after = calendar.books(await calendar.first_of(10), await calendar.first_of(12), await calendar.first_of(14))
    await asyncio.wait_for(calendar.looked.wait(), PATIENCE)
    calendar.disk.breaks = lost
    calendar.disk.goes_on.set()

    free = calendar.at(10, 12, 14) if lost else [None, None, *calendar.at(14)]
    assert await ends(after) == free
    assert [isinstance(one, ConnectionResetError) for one in await ends(before)] == [lost] * 2
    assert [at for commit in await calendar.commits() for at in commit] == calendar.at(10, 12, 14)
    assert await desk.overlaps() == 0


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "committed"])
async def test_staff_are_refused_for_what_was_committed_and_for_nothing_else(desk, calendar, lost):
    before = await two_at_the_disk(calendar)

    after = calendar.books(await calendar.by_staff_at(10), await calendar.by_staff_at(14))
    await asyncio.wait_for(calendar.looked.wait(), PATIENCE)
    calendar.disk.breaks = lost
    calendar.disk.goes_on.set()

    at_ten, at_two = await ends(after)
    assert isinstance(at_two, Session)
    if lost:
        assert isinstance(at_ten, Session)
    else:
        assert isinstance(at_ten, TimeRefused)
        assert len(at_ten.instead) == 3
    await ends(before)
    assert await desk.overlaps() == 0
