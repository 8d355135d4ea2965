"""Thirty-two clients have the same few times kept, move, book, give back and forget, while holds end: nothing is given
twice, and who loses is offered something else."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import asyncpg
import pytest

from operations.auditing.bookings import CHECKS
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.use_cases.hold_time import TooManyHolds
from services.scheduling.use_cases.let_holds_lapse import tidy_holds
from shared.database.failures import is_place
from tests.integration.scheduling.desk import CLINIC, HOLD_RULES, OVERLAPS, Asked

CLIENTS = 32
TURNS = 12
FEW = 6
"""Times that all want, each free twice: there are two clinicians."""


class Client:
    """Somebody who asks again and again, each time with a request of their own."""

    def __init__(self, desk, number, told):
        self.desk, self.chance, self.told = desk, Random(number), told
        self.asked, self.hold = Asked.new(), None
        self.times = [desk.monday_at(9, 45 * n) for n in range(FEW)]

    async def plays(self):
        for _ in range(TURNS):
            await self.chance.choices(
                [self.keeps, self.sends, self.gives_back, self.forgets, self.tidies], [10, 3, 2, 2, 1]
            )[0]()
            if self.chance.random() < 0.1:
                self.desk.clock.advance(HOLD_RULES.length / 3)

    async def keeps(self):
        try:
            self.hold = await patiently(lambda: self.desk.keeps(self.asked, self.chance.choice(self.times)))
        except TimeRefused as refused:
            self.told["refused"] += 1
            self.told["offered others"] += len(refused.instead) == 3
        except TooManyHolds:
            await self.forgets()
        else:
            self.told["kept"] += 1

    async def sends(self):
        if self.hold is not None:
            await patiently(lambda: self.desk.hears(self.asked.requested(hold_id=self.hold.id)))
            (row,) = await self.desk.appointments(self.asked)
            self.told["as chosen" if row["starts_at"] == self.hold.starts_at else "another"] += 1
            await self.forgets()

    async def gives_back(self):
        await patiently(lambda: self.desk.gives_back(self.asked))
        self.hold = None

    async def forgets(self):
        self.asked, self.hold = Asked.new(), None

    async def tidies(self):
        await patiently(lambda: tidy_holds(self.desk.database))


async def patiently(work):
    """As consumers and browsers do: what was only contended is tried again."""
    for _ in range(20):
        try:
            return await work()
        except Exception as error:
            if not is_place(error):
                raise
    raise AssertionError("still contended")


async def race(desk, clients=CLIENTS):
    told = Counter()
    await asyncio.gather(*(Client(desk, number, told).plays() for number in range(clients)))
    return told


async def test_thirty_two_clients_on_few_times_never_overlap(desk):
    told = await race(desk)

    print(dict(told))
    assert await desk.overlaps() == 0
    assert told["offered others"] == told["refused"]
    assert min(told["kept"], told["refused"], told["as chosen"]) > 0
    assert await findings(desk) == []


async def test_whoever_is_told_that_a_time_is_theirs_gets_it(desk):
    """Nobody's clock runs out here: each kept time is booked at the time that was promised."""
    times = [desk.monday_at(9, 45 * n) for n in range(FEW)]
    everybody = [Asked.new() for _ in range(CLIENTS)]

    async def keep_and_send(asked, at):
        try:
            hold = await patiently(lambda: desk.keeps(asked, at))
        except TimeRefused:
            return None
        await patiently(lambda: desk.hears(asked.requested(hold_id=hold.id)))
        (row,) = await desk.appointments(asked)
        return row["starts_at"] == at

    answers = Counter(
        await asyncio.gather(*(keep_and_send(asked, times[n % FEW]) for n, asked in enumerate(everybody)))
    )

    assert answers == {True: 2 * FEW, None: CLIENTS - 2 * FEW}
    assert await desk.overlaps() == 0


async def test_a_time_whose_hold_ends_goes_to_one_of_those_who_wait_for_it(desk):
    await desk.set_up(replace(CLINIC, resources=CLINIC.resources[:3]))
    at = desk.monday_at(10)
    for _ in range(5):
        await desk.keeps(Asked.new(), at)
        desk.clock.advance(HOLD_RULES.length)
        answers = await asyncio.gather(
            tidy_holds(desk.database), *(desk.keeps(Asked.new(), at) for _ in range(8)), return_exceptions=True
        )
        assert sum(isinstance(answer, TimeRefused) for answer in answers) == 7, answers
        assert await desk.held() == 1
        desk.clock.advance(HOLD_RULES.length)


async def test_a_request_and_another_who_wants_its_time_meet_at_the_end_of_the_hold(desk):
    await desk.set_up(replace(CLINIC, resources=CLINIC.resources[:3]))
    for n in range(10):
        at, asked, other = desk.monday_at(8) + timedelta(minutes=45 * n), Asked.new(), Asked.new()
        hold = await desk.keeps(asked, at)
        desk.clock.advance(HOLD_RULES.length)
        sent, kept = await asyncio.gather(
            desk.hears(asked.requested(hold_id=hold.id)), desk.keeps(other, at), return_exceptions=True
        )
        assert sent is None
        (row,) = await desk.appointments(asked)
        assert (row["starts_at"] == at) == isinstance(kept, TimeRefused)
        assert await desk.overlaps() == 0
        desk.clock.advance(-HOLD_RULES.length)


async def test_without_the_constraint_the_same_race_does_double_book(desk):
    owner = await asyncpg.connect(desk.dsn)
    await owner.execute("alter table scheduling.resource_booking drop constraint resource_booking_never_overlaps")

    await asyncio.gather(*(desk.keeps(Asked.new(), desk.monday_at(10)) for _ in range(CLIENTS)), return_exceptions=True)

    assert await owner.fetchval(OVERLAPS) > 0
    await owner.close()


@pytest.mark.parametrize(
    "by_hand",
    [
        "delete from scheduling.hold",
        "update scheduling.hold set starts_at = starts_at - interval '15 minutes'",
        "update scheduling.resource_booking set active = false",
    ],
)
async def test_the_auditor_finds_a_held_time_that_is_not_as_was_chosen(desk, by_hand):
    await desk.keeps(Asked.new(), desk.monday_at(10))
    assert await findings(desk) == []
    owner = await asyncpg.connect(desk.dsn)
    await owner.execute(by_hand)
    await owner.close()

    (finding,) = await findings(desk)

    assert finding.words.startswith("an appointment that stands has its resources")


async def findings(desk):
    """What the auditor has against the bookings."""
    owner = await asyncpg.connect(desk.dsn)
    found = [await check.find(owner) for check in CHECKS]
    await owner.close()
    return [finding for finding in found if finding.violated]
