"""Of letters about one thing the next goes once the one before is through, however slowly the mail server takes it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from operations.embedded.mail_sink import MailSink
from tests.integration.notifications.conftest import TIME, Journey, Office

NEXT_DAY = TIME + timedelta(days=1)
TOLD = "Your appointment on Thursday, June 18"
MOVED = "Changed: your appointment is on Friday, June 19"
CANCELLED = "Cancelled: your appointment on Thursday, June 18"
STAYS = "Your appointment stays as it was, Tern Street Clinic"


class SlowSink(MailSink):
    """Has the first message and does not say so before it may."""

    def __init__(self) -> None:
        super().__init__()
        self.has_the_first, self.may_answer = asyncio.Event(), asyncio.Event()

    async def _message(self, *conversation: Any) -> str:
        if not self.has_the_first.is_set():
            self.has_the_first.set()
            await self.may_answer.wait()
        return await super()._message(*conversation)


@pytest.fixture
async def sink() -> AsyncIterator[SlowSink]:
    async with SlowSink() as server:
        yield server


@pytest.fixture
async def journey(office: Office) -> Journey:
    journey = await office.journey()
    office.scheduling.links[journey.offer_id] = f"/a/move/{'x' * 43}"
    office.stands(journey)
    await office.hear(journey.requested())
    return journey


async def _begins_to_send(office: Office, sink: SlowSink) -> asyncio.Task[int]:
    sending = asyncio.create_task(office.send())
    await sink.has_the_first.wait()
    return sending


async def _another_sends(office: Office) -> None:
    await replace(office, sender=replace(office.sender)).send()


@pytest.mark.parametrize("session", [False, True])
async def test_a_later_time_waits_until_the_earlier_letter_is_through(
    office: Office, sink: SlowSink, journey: Journey, session: bool
) -> None:
    booked = journey.session_scheduled if session else journey.scheduled
    await office.hear(booked(1))
    sending = await _begins_to_send(office, sink)
    office.stands(journey, 2)
    await office.hear(booked(2, NEXT_DAY))

    await _another_sends(office)
    sink.may_answer.set()
    await sending

    assert office.subjects()[0] == TOLD
    assert len(office.subjects()) == 2


async def test_so_does_a_cancellation(office: Office, sink: SlowSink, journey: Journey) -> None:
    await office.hear(journey.scheduled())
    sending = await _begins_to_send(office, sink)
    office.stands(journey, 2, cancelled=True)
    await office.hear(journey.withdrawn(), journey.cancelled())

    await _another_sends(office)
    sink.may_answer.set()
    await sending

    assert office.subjects() == [TOLD, CANCELLED]


@pytest.mark.parametrize("session", [False, True])
async def test_so_does_the_word_that_a_time_stays_for_the_question(
    office: Office, sink: SlowSink, journey: Journey, session: bool
) -> None:
    await office.hear(journey.proposed(session=session))
    sending = await _begins_to_send(office, sink)
    await office.hear(journey.time_stays(session=session))

    await _another_sends(office)
    sink.may_answer.set()
    await sending

    assert office.subjects()[1:] == [STAYS]


async def test_what_is_due_together_goes_one_after_the_other_the_older_first(
    office: Office, sink: SlowSink, journey: Journey
) -> None:
    await office.hear(journey.waitlisted(), journey.offered())
    sending = await _begins_to_send(office, sink)

    await asyncio.sleep(0.3)  # in which the other one would have been taken
    sink.may_answer.set()
    await sending

    assert office.subjects()[0] == "You are on our waiting list, Tern Street Clinic"
    assert len(office.subjects()) == 2


async def test_where_the_earlier_conversation_breaks_only_the_later_letter_goes(
    office: Office, sink: SlowSink, journey: Journey
) -> None:
    await office.hear(journey.scheduled())
    sending = await _begins_to_send(office, sink)
    office.stands(journey, 2)
    await office.hear(journey.scheduled(2, NEXT_DAY))

    sink.hang_up()
    await sending

    assert office.subjects() == [MOVED]
    assert (await office.messages())["consultation-scheduled", 1] == ("cancelled", "no-longer-true")


async def test_what_waits_to_be_tried_again_holds_nothing_up(office: Office, journey: Journey, sink: SlowSink) -> None:
    sink.may_answer.set()
    office.stands(journey, cannot_be_kept=True)
    await office.hear(journey.scheduled(), journey.proposed())

    await office.send()

    assert await office.messages() == {
        ("consultation-scheduled", 1): ("retrying", "not-confirmed"),
        ("move-proposed", 1): ("sent", None),
        ("request-received", 0): ("cancelled", "no-longer-true"),
    }


async def test_nobody_else_waits_and_least_of_all_a_risk(office: Office, sink: SlowSink, journey: Journey) -> None:
    """An alert is no letter: it stands in the inbox with the transaction that hears of it."""
    other = await office.journey()
    office.stands(other)
    await office.hear(journey.scheduled())
    sending = await _begins_to_send(office, sink)
    await office.hear(other.requested(), other.scheduled(1, NEXT_DAY), journey.risk())

    await _another_sends(office)

    assert office.subjects() == ["Your appointment on Friday, June 19"]
    assert "risk" in await office.items()
    sink.may_answer.set()
    await sending
