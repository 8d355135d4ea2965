"""Decisions that may be taken for several events at once: in one transaction where that works, and nobody pays for another."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.events.consultation import ConsultationWaitlisted
from shared.events.values import DecidedBy
from shared.ids import uuid7
from shared.messaging import groups
from shared.messaging.reactions import OneByOne, Together
from tests.contracts.messaging.hearing import CLINIC, Thing, count, count_one, hearing, records_of


class Counting:
    """Counts each event, alone or together, and remembers the numbers that came together."""

    def __init__(self, fits: Callable[[int], bool] = lambda number: True) -> None:
        self.groups: list[list[int]] = []
        self.together = Together(self.count_together, fits=lambda message: fits(message.event.number))

    async def count_together(self, tx: Any, messages: Any, now: Any) -> None:
        self.groups.append([message.event.number for message in messages])
        await count(tx, messages, now)


async def test_what_waits_behind_each_other_shares_transactions(scratch, broker):
    counting = Counting()

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(120)), partition=0)
        await here.listen(count_one, batch=False, together=counting.together)
        await here.passed(120)

        assert await here.effects() == dict.fromkeys(range(120), 1)
        assert max(map(len, counting.groups)) > 1
        assert max(map(len, counting.groups)) <= groups.MOST


async def test_what_does_not_fit_goes_alone_and_in_its_turn(scratch, broker):
    counting, patient = Counting(fits=lambda number: number % 7 != 0), uuid7()

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(60), patient=patient), partition=0)
        await here.listen(count_one, batch=False, together=counting.together)
        await here.passed(60)

        assert await here.in_order() == {patient: list(range(60))}
        assert not any(number % 7 == 0 for group in counting.groups for number in group)


async def test_one_row_that_cannot_be_handled_stops_none_of_those_beside_it(scratch, broker):
    async def picky(tx, message, now):
        tx.emit(_waitlisted(message.event.number), of=Thing(uuid7()))
        if message.event.number == 13:
            raise ValueError
        await count_one(tx, message, now)

    async def picky_together(tx, messages, now):
        for message in messages:
            await picky(tx, message, now)

    together, patient = Together(picky_together, fits=lambda _: True), uuid7()
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(40), patient=patient), partition=0)
        await here.listen(picky, batch=False, together=together)
        await here.passed(40)

        assert await here.in_order() == {patient: [number for number in range(40) if number != 13]}
        (letter,) = await here.dead()
        assert (letter["offset"], letter["failure"], letter["tries"]) == (13, "ValueError", 3)
        assert len(await here.said("consultation-waitlisted")) == 39


async def test_what_turns_out_not_to_fit_goes_one_by_one_after_few_attempts(scratch, broker):
    attempts = 0

    async def never(tx, messages, now):
        nonlocal attempts
        attempts += 1
        await count(tx, messages, now)
        raise OneByOne

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(40)), partition=0)
        await here.listen(count_one, batch=False, together=Together(never, fits=lambda _: True))
        await here.passed(40)

        assert await here.effects() == dict.fromkeys(range(40), 1)
        assert await here.dead() == []
        assert attempts <= 12  # five, if one poll brings them all


async def test_what_only_the_first_is_in_the_way_of_goes_together_after_it(scratch, broker):
    counting, patient = Counting(), uuid7()

    async def not_with_the_first(tx, messages, now):
        if messages[0].event.number == 0:
            raise OneByOne
        await counting.count_together(tx, messages, now)

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(40), patient=patient), partition=0)
        await here.listen(count_one, batch=False, together=Together(not_with_the_first, fits=lambda _: True))
        await here.passed(40)

        assert await here.in_order() == {patient: list(range(40))}
        assert max(map(len, counting.groups)) > 1


async def test_a_place_that_is_unwell_costs_nobody_anything(scratch, broker):
    async def away(tx, messages, now):
        raise ConnectionResetError

    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(40)), partition=0)
        await here.listen(count_one, batch=False, together=Together(away, fits=lambda _: True))
        await here.passed(40)

        assert await here.effects() == dict.fromkeys(range(40), 1)
        assert await here.dead() == []


@pytest.mark.parametrize("told_twice", [range(20), range(5, 15)])
async def test_a_repeat_has_no_effect_among_others_either(scratch, broker, told_twice):
    async with hearing(await scratch("intake"), broker) as here:
        records = records_of(here.model, range(20))
        await here.send([*records, *(records[number] for number in told_twice)], partition=0)
        await here.listen(count_one, batch=False, together=Counting().together)
        await here.passed(20 + len(told_twice))

        assert await here.effects() == dict.fromkeys(range(20), 1)


def _waitlisted(number: int) -> ConsultationWaitlisted:
    return ConsultationWaitlisted(
        clinic_id=CLINIC,
        patient_id=uuid7(),
        consultation_id=uuid7(),
        request_id=uuid7(),
        reference=str(number),
        by=DecidedBy.SYSTEM,
    )
