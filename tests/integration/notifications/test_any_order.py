"""Kafka keeps no order between topics: whatever comes first, and however often, the end is the same."""

import asyncio
from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any
from uuid import uuid5

import pytest

from shared.events.consultation import ConsultationDecision
from shared.events.values import DecidedBy
from tests.integration.notifications.conftest import TIME, Journey, Office, Said


async def _end(office: Office, journey: Journey) -> dict[str, Any]:
    """Everything that is known, planned and asked for, without times and ids."""
    patient = journey.patient_id
    tables = {
        "requests": "select version, awaits, withdrawn_at, declined_at, asked_at, answered_at from request_known"
        " where patient_id = $1",
        "consultations": "select version, state, decision, amended from consultation_known where patient_id = $1",
        "appointments": "select kind, revision, state, ended_at from appointment_known"
        " where patient_id = $1 order by kind, revision",
        "contacts": "select person_version, reachable from patient_contact where patient_id = $1",
        "pauses": "select expires_at from request_pause where patient_id = $1",
        "questionnaires": "select due_at, finished_at from questionnaire_known where patient_id = $1",
        "comes": "select revision from attendance_known where patient_id = $1 order by revision",
        "ends": "select outcome from session_ended where patient_id = $1",
        "messages": "select kind, revision, state, reason from message where patient_id = $1 order by kind, revision, state",
        "items": "select kind, urgency from inbox_item where patient_id = $1 and state = 'open' order by kind",
    }
    return {name: [tuple(row) for row in await office.fetch(query, patient)] for name, query in tables.items()}


def _consultation(journey: Journey) -> list[Said]:
    return [journey.requested(), journey.scheduled(1), journey.scheduled(2), journey.withdrawn(), journey.cancelled(3)]


def _waiting(journey: Journey) -> list[Said]:
    return [journey.requested(), journey.waitlisted(1), journey.scheduled(1, version=2), journey.risk()]


def _offered(journey: Journey) -> list[Said]:
    return [journey.requested(), journey.waitlisted(1), journey.offered(), journey.scheduled(1, version=2)]


def _cleared(journey: Journey) -> list[Said]:
    return [journey.held(), journey.cleared(), journey.scheduled(1), journey.risk()]


def _session(journey: Journey) -> list[Said]:
    return [
        journey.requested(),
        journey.session_scheduled(1),
        journey.session_scheduled(2),
        journey.session_completed(),
    ]


def _missed(journey: Journey) -> list[Said]:
    return [journey.requested(), journey.scheduled(1), journey.scheduled(2), journey.missed(3)]


def _booked_anew(journey: Journey) -> list[Said]:
    """What was missed stays so, and the request has another appointment."""
    anew = journey.scheduled(1, version=3, by=DecidedBy.STAFF, appointment_id=uuid5(journey.appointment_id, "anew"))
    return [journey.requested(), journey.scheduled(1), journey.missed(2), anew]


def _missed_session(journey: Journey) -> list[Said]:
    return [
        journey.requested(),
        journey.session_scheduled(1),
        journey.session_scheduled(2),
        journey.session_missed(3),
    ]


def _declined(journey: Journey) -> list[Said]:
    return [journey.to_be_read_first(), journey.declined(), journey.waitlisted(1), journey.cancelled(2)]


def _asked(journey: Journey) -> list[Said]:
    return [journey.to_be_read_first(), journey.asked(), journey.given(), journey.cleared(4)]


def _decided(journey: Journey) -> list[Said]:
    return [
        journey.requested(),
        journey.scheduled(1),
        journey.decided(ConsultationDecision.SUITABLE),
        journey.decided(ConsultationDecision.NOT_SUITABLE, 3, amended=True),
    ]


def _late(journey: Journey) -> list[Said]:
    return [journey.requested(), journey.scheduled(1), journey.late(), journey.scheduled(2)]


def _given_up(journey: Journey) -> list[Said]:
    return [journey.requested(), journey.scheduled(1), journey.late(), journey.deadline_given_up()]


def _asked_and_stays(journey: Journey) -> list[Said]:
    return [journey.requested(), journey.scheduled(1), journey.proposed(), journey.time_stays()]


def _stays_and_moves(journey: Journey) -> list[Said]:
    return [
        journey.session_scheduled(1),
        journey.proposed(session=True),
        journey.time_stays(session=True),
        journey.session_scheduled(2),
    ]


def _coming(journey: Journey) -> list[Said]:
    return [
        journey.session_scheduled(1),
        journey.comes(1, has_escort=False),
        journey.comes(1, has_escort=True),
        journey.session_scheduled(2),
    ]


def _late_again(journey: Journey) -> list[Said]:
    return [journey.requested(), journey.scheduled(1), journey.late(), journey.late(said_before=1)]


def _moved(journey: Journey) -> list[Said]:
    return [
        journey.paused(),
        journey.requested(),
        journey.contact_changed(2, email=None, mobile=None),
        journey.declined(),
    ]


def _questioned(journey: Journey) -> list[Said]:
    return [journey.session_completed(), journey.scales_due(), journey.completed(), journey.contact_changed()]


@pytest.mark.parametrize(
    "story",
    [
        _waiting,
        _offered,
        _cleared,
        _session,
        _missed,
        _booked_anew,
        _missed_session,
        _declined,
        _decided,
        _late,
        _coming,
        _late_again,
        _given_up,
        _asked_and_stays,
        _stays_and_moves,
        _asked,
        _moved,
        _questioned,
    ],
)
async def test_every_order_ends_the_same(office: Office, story: Any) -> None:
    await assert_every_order_ends_the_same(office, story, list(permutations(range(4))))


async def test_many_orders_of_a_whole_consultation_end_the_same(office: Office) -> None:
    orders = list(permutations(range(5)))
    await assert_every_order_ends_the_same(office, _consultation, [orders[0], *Random(7).sample(orders, 40)])


async def assert_every_order_ends_the_same(office: Office, story: Any, orders: list[tuple[int, ...]]) -> None:
    chance = Random(11)
    ends = []
    for order in orders:
        journey = await office.journey()
        said = story(journey)
        heard = [said[n] for n in order]
        repeated = heard + chance.sample(heard, 2)
        await office.hear(*repeated)
        ends.append(await _end(office, journey))
    odd = [(order, end) for order, end in zip(orders, ends, strict=True) if end != ends[0]]
    assert not odd, (odd[0], ends[0])


async def test_a_batch_with_repeats_and_old_news_ends_as_one_by_one(office: Office) -> None:
    together, apart = await office.journey(), await office.journey()
    await office.hear_batch([together.scheduled(2), together.scheduled(1), together.scheduled(2)])
    await office.hear(apart.scheduled(1), apart.scheduled(2))

    assert await _end(office, together) == await _end(office, apart)


async def test_what_is_heard_too_late_is_too_late_in_whichever_order(office: Office) -> None:
    """A session entered after the fact: its booking and its end are heard together, long after its start."""
    booked_first, ended_first = await office.journey(), await office.journey()
    office.clock.advance(TIME - office.clock.now() + timedelta(hours=2))
    await office.hear(booked_first.session_scheduled(1), booked_first.session_completed())
    await office.hear(ended_first.session_completed(), ended_first.session_scheduled(1))

    assert await _end(office, booked_first) == await _end(office, ended_first)


async def test_whoever_did_not_come_gets_no_letter_and_staff_see_it(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.scheduled(1), journey.missed(2))

    end = await _end(office, journey)

    assert end["consultations"] == [(2, "missed", None, False)]
    assert [row for row in end["messages"] if row[2] == "planned"] == []
    assert ("consultation-scheduled", 1, "cancelled", "no-longer-true") in end["messages"]


async def test_a_request_that_is_heard_after_a_no_asks_nobody_to_look(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.decided(ConsultationDecision.NOT_SUITABLE), journey.requested())

    assert (await _end(office, journey))["items"] == []


async def test_two_topics_side_by_side_leave_no_stale_message(office: Office) -> None:
    """The booking and its cancellation are heard by two consumers at the same moment."""
    journeys = [await office.journey() for _ in range(15)]
    for journey in journeys:
        await asyncio.gather(
            office.hear(journey.scheduled(1)), office.hear(journey.cancelled(2)), office.hear(journey.requested())
        )

    rows = await office.fetch("select state from message where kind = 'consultation-scheduled'")
    assert [row["state"] for row in rows] == ["cancelled"] * 15
