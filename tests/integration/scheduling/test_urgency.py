"""Who must be seen sooner than there is a time for them is never late in silence, and nobody is moved for it."""

from datetime import datetime, timedelta

import pytest

from shared.events.risk import RiskLevel
from shared.events.staff import Role
from shared.events.values import Urgency
from tests.integration.scheduling.desk import Asked
from tests.integration.scheduling.front import words


async def late(desk):
    return [body for _, body in await desk.said("consultation-late")]


async def chosen(desk, **changed):
    """Somebody who has chosen next Monday at ten, and has it."""
    asked = Asked.new()
    hold = await desk.keeps(asked, desk.monday_at(10))
    await desk.hears(asked.requested(hold_id=hold.id, **changed))
    return asked


async def test_a_risk_seen_after_booking_tells_staff_with_the_nearest_times_and_moves_nobody(desk):
    asked = await chosen(desk)
    said = await desk.topics()
    await desk.hears(asked.at_risk())

    assert await desk.topics() == [*said, "consultation-late"]
    [body] = await late(desk)
    assert datetime.fromisoformat(body["due_by"]) == datetime.fromisoformat("2026-06-16T17:59:00+00:00")
    assert datetime.fromisoformat(body["starts_at"]) == desk.monday_at(10)
    assert len(body["nearest"]) == 3
    assert all(datetime.fromisoformat(at) < desk.clock.now() + timedelta(hours=3) for at in body["nearest"])
    [appointment] = await desk.appointments(asked)
    assert (appointment["starts_at"], appointment["revision"]) == (desk.monday_at(10), 1)


async def test_the_same_risk_again_is_said_once(desk):
    asked = await chosen(desk)
    risk = asked.at_risk()
    await desk.hears(risk, risk, asked.requested(version=2))

    assert len(await late(desk)) == 1


async def test_a_graver_risk_is_said_anew(desk):
    asked = await chosen(desk)
    await desk.hears(asked.at_risk(level=RiskLevel.MODERATE), asked.at_risk(level=RiskLevel.HIGH))

    assert [body["due_by"][:10] for body in await late(desk)] == ["2026-06-18", "2026-06-16"]


async def test_whichever_is_heard_first_the_request_or_its_risk_the_deadline_is_the_same(desk):
    first, last = Asked.new(), Asked.new()
    await desk.hears(first.requested(urgency=Urgency.URGENT), first.at_risk(level=RiskLevel.LOW))
    await desk.hears(last.at_risk(level=RiskLevel.LOW), last.requested(urgency=Urgency.URGENT))

    assert (await desk.consultation(first))["due_by"] == (await desk.consultation(last))["due_by"]


async def test_a_chosen_time_that_is_too_late_is_given_and_said(desk):
    """The patient keeps what they chose; whether they come sooner staff settle with them."""
    asked = Asked.new()
    hold = await desk.keeps(asked, desk.monday_at(10))
    await desk.hears(asked.at_risk(), asked.requested(hold_id=hold.id, urgency=Urgency.URGENT))

    assert (await desk.consultation(asked))["state"] == "booked"
    assert len(await late(desk)) == 1


async def test_who_has_a_time_soon_enough_needs_nobodys_help(desk):
    asked = Asked.new()
    await desk.hears(asked.at_risk(), asked.requested(urgency=Urgency.URGENT))

    assert (await desk.consultation(asked))["due_by"] is not None
    assert await late(desk) == []


async def test_without_any_time_staff_hear_it_before_the_patient_waits_in_silence(bare_desk):
    asked = Asked.new()
    await bare_desk.hears(asked.at_risk(), asked.requested(urgency=Urgency.URGENT))

    assert (await bare_desk.consultation(asked))["state"] == "waitlisted"
    [body] = await late(bare_desk)
    assert (body["starts_at"], body["nearest"]) == (None, [])


async def test_what_does_not_hurry_has_no_deadline(desk):
    asked = await chosen(desk)

    assert (await desk.consultation(asked))["due_by"] is None
    assert await late(desk) == []


async def test_a_patient_who_moves_beyond_the_deadline_is_heard_of(desk):
    asked = Asked.new()
    await desk.hears(asked.at_risk(), asked.requested(urgency=Urgency.URGENT))
    await desk.moves(asked, desk.monday_at(10))

    assert len(await late(desk)) == 1


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK])
async def test_the_consultation_says_by_when_and_what_is_free_sooner(bare_front, role):
    await bare_front.desk.set_up()
    await bare_front.sign_in(role)
    asked = await chosen(bare_front.desk)
    await bare_front.desk.hears(asked.at_risk())

    listed = words(await bare_front.page("/staff/consultations?whose=all"))
    opened = await bare_front.http.get(f"/staff/consultations/of/{asked.request_id}")
    page = words(await bare_front.page(opened.headers["location"]))

    assert "Must be seen sooner 1" in listed
    assert "To be seen by Tue, Jun 16, 11:59, and they are booked later." in page
    assert "Free sooner: Mon, Jun 15, 12:00" in page


async def test_who_hurries_and_has_no_time_is_in_the_list(bare_front):
    asked = Asked.new()
    await bare_front.desk.hears(asked.at_risk(), asked.requested(urgency=Urgency.URGENT))
    await bare_front.sign_in(Role.CLINICIAN)

    assert "Must be seen sooner 1 No time" in words(await bare_front.page("/staff/consultations"))
