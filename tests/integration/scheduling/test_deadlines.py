"""A deadline that passes is said, whatever holds the patient up, and again until they are seen or staff give it up."""

import asyncio
from datetime import datetime, timedelta

import pytest

from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.say_late_again import say_late_again
from services.scheduling.use_cases.take_in_hand import Press
from shared.events.risk import RiskLevel
from shared.events.staff import Role
from shared.events.values import Disposition, Urgency
from tests.integration.scheduling.desk import CLINIC, STAFF_ID, Asked
from tests.integration.scheduling.front import hidden, words

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
URGENT = {"urgency": Urgency.URGENT}


@pytest.fixture
async def clinician(front):
    """The demo clinic, seen by a clinician."""
    await front.sign_in(Role.CLINICIAN, version=2)
    return front


async def late(desk):
    """What staff heard, in order: why, and how often before."""
    return [(body["because"], body["said_before"]) for _, body in await desk.said("consultation-late")]


async def passes(desk, time):
    """So much time, and whatever the timer finds then."""
    desk.clock.advance(time)
    while await say_late_again(desk.database):
        pass


async def held_back(desk):
    """At risk, and staff have not decided: to be seen by tomorrow, 11:59 by the clinic's clock."""
    asked = Asked.new()
    await desk.hears(asked.requested(disposition=Disposition.AWAIT, **URGENT), asked.at_risk(level=RiskLevel.HIGH))
    return asked


async def misses(desk, asked):
    [appointment] = await desk.appointments(asked)
    async with desk.database.transaction() as tx:
        await miss_appointment(tx, Press(CLINIC.id, appointment["id"], appointment["version"], STAFF_ID))


async def test_while_staff_hold_a_request_back_nothing_is_said_before_the_deadline(desk):
    await held_back(desk)
    await passes(desk, 23 * HOUR)

    assert await late(desk) == []


async def test_a_deadline_that_passes_while_staff_hold_the_request_back_is_said(desk):
    asked = await held_back(desk)
    await passes(desk, DAY)

    assert await late(desk) == [("undecided", 0)]
    [(_, body)] = await desk.said("consultation-late")
    assert (body["request_id"], body["consultation_version"], body["starts_at"]) == (str(asked.request_id), 0, None)
    assert len(body["nearest"]) == 3


async def test_it_is_said_again_once_a_day_by_day(desk):
    await held_back(desk)
    for _ in range(3 * 24):
        await passes(desk, HOUR)

    assert await late(desk) == [("undecided", 0), ("undecided", 1), ("undecided", 2)]


async def test_what_would_be_said_again_at_night_waits_for_the_morning(desk):
    await held_back(desk)
    await passes(desk, DAY + 10 * HOUR)  # nobody looked until ten in the evening
    await passes(desk, DAY)
    assert await late(desk) == [("undecided", 0)]

    await passes(desk, 10 * HOUR)
    assert await late(desk) == [("undecided", 0), ("undecided", 1)]


async def test_who_waits_on_the_list_is_heard_of_again(bare_desk):
    asked = Asked.new()
    await bare_desk.hears(asked.requested(**URGENT))
    await passes(bare_desk, DAY)

    assert await late(bare_desk) == [("no-time", 0), ("no-time", 1)]


async def test_who_is_booked_later_is_heard_of_again_until_they_are_there(desk):
    asked = Asked.new()
    hold = await desk.keeps(asked, desk.monday_at(10))
    await desk.hears(asked.requested(hold_id=hold.id, **URGENT))
    await passes(desk, DAY)
    assert await late(desk) == [("booked-later", 0), ("booked-later", 1)]

    await desk.database.pool.execute("update appointment set state = 'arrived', arrived_at = now()")
    await passes(desk, 3 * DAY)
    assert len(await late(desk)) == 2


async def test_who_did_not_come_and_has_no_other_time_is_heard_of(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(**URGENT))
    desk.clock.advance(20 * HOUR)
    await misses(desk, asked)
    await passes(desk, 5 * HOUR)

    assert await late(desk) == [("missed", 0)]


async def test_who_did_not_come_and_is_booked_anew_is_not(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(**URGENT))
    desk.clock.advance(20 * HOUR)
    await misses(desk, asked)
    anew = Asked(asked.patient_id, Asked.new().request_id, "TSC-ANEW01")
    await desk.hears(anew.requested(requested_at="2026-06-16T14:30:00Z"))
    await passes(desk, 5 * HOUR)

    assert (await desk.consultation(anew))["state"] == "booked"
    assert await late(desk) == []


async def test_what_nobody_recorded_is_asked_about_once_it_should_have_been(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(**URGENT))
    [appointment] = await desk.appointments(asked)
    await passes(desk, DAY)
    assert await late(desk) == [("not-recorded", 0)]
    assert appointment["ends_at"] < desk.clock.now()


@pytest.mark.parametrize("over", ["withdrawn", "declined"])
async def test_who_is_not_to_be_seen_any_more_is_not_late(desk, over):
    asked = await held_back(desk)
    await desk.hears(getattr(asked, over)(disposition=Disposition.AWAIT, **URGENT))
    await passes(desk, 3 * DAY)

    assert await late(desk) == []


async def test_who_did_not_come_and_withdraws_is_not_late(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(**URGENT))
    desk.clock.advance(20 * HOUR)
    await misses(desk, asked)
    await desk.hears(asked.withdrawn(**URGENT))
    await passes(desk, 5 * HOUR)

    assert await late(desk) == []


async def test_what_does_not_hurry_is_never_late(bare_desk):
    asked = Asked.new()
    await bare_desk.hears(asked.requested())
    await passes(bare_desk, 40 * DAY)

    assert await late(bare_desk) == []


async def test_two_replicas_say_it_once(desk):
    await held_back(desk)
    await held_back(desk)
    desk.clock.advance(DAY)
    await asyncio.gather(*(say_late_again(desk.database) for _ in range(8)))

    assert await late(desk) == [("undecided", 0), ("undecided", 0)]


async def test_what_fails_in_the_middle_is_said_when_it_is_looked_at_again(desk, monkeypatch):
    await held_back(desk)
    desk.clock.advance(DAY)
    with monkeypatch.context() as broken:
        broken.setattr("services.scheduling.use_cases.say_late_again.consultation_changed", None)
        with pytest.raises(TypeError):
            await say_late_again(desk.database)
    assert await late(desk) == []

    await passes(desk, timedelta())
    assert await late(desk) == [("undecided", 0)]


async def test_a_graver_risk_after_giving_up_is_another_deadline(clinician):
    asked = await held_back(clinician.desk)
    await passes(clinician.desk, DAY)
    clinician.renew(Role.CLINICIAN)
    page = await shown(clinician, asked)
    await gives_up(clinician, page)
    await passes(clinician.desk, 3 * DAY)
    assert len(await late(clinician.desk)) == 1

    await clinician.desk.database.pool.execute("update consultation set due_by = due_by + interval '30 days'")
    await clinician.desk.hears(asked.at_risk(level=RiskLevel.UNASSESSED))
    await passes(clinician.desk, timedelta())
    assert len(await late(clinician.desk)) == 2


async def shown(front, asked):
    """The address of a consultation, with what its page says."""
    opened = await front.http.get(f"/staff/consultations/of/{asked.request_id}")
    address = opened.headers["location"]
    return address, await front.page(address)


async def gives_up(front, page, because="seen-elsewhere", due=None):
    address, text = page
    return await front.http.post(
        f"{address}/deadline",
        data={"due": due or hidden(text, "due"), "given_up": because},
        headers={"Accept": "text/html"},
    )


async def test_a_clinician_gives_it_up_with_a_reason_and_nothing_more_is_said(clinician):
    asked = await held_back(clinician.desk)
    await passes(clinician.desk, DAY)
    clinician.renew(Role.CLINICIAN)
    page = await shown(clinician, asked)
    assert "Should have been seen by Tue, Jun 16, 11:59, and nobody has decided on the request." in words(page[1])

    assert (await gives_up(clinician, page)).status_code == 303
    assert (await gives_up(clinician, page, "not-reached")).status_code == 303

    ((_, event),) = await clinician.desk.said("deadline-given-up")
    assert (event["request_id"], event["because"]) == (str(asked.request_id), "seen-elsewhere")
    assert event["due_by"] == (await clinician.desk.said("consultation-late"))[0][1]["due_by"]

    await passes(clinician.desk, 5 * DAY)
    assert len(await late(clinician.desk)) == 1
    clinician.renew(Role.CLINICIAN)
    said = words((await shown(clinician, asked))[1])
    assert "Given up by Rita Imura" in said
    assert "they were seen elsewhere" in said
    assert "Must be seen sooner" not in words(await clinician.page("/staff/consultations?whose=all"))


@pytest.mark.parametrize(
    ("because", "due", "status"),
    [("", None, 422), ("too busy", None, 422), ("seen-elsewhere", "2026-06-17T00:00:00Z", 409)],
)
async def test_nobody_gives_up_without_a_reason_or_what_they_have_not_seen(clinician, because, due, status):
    asked = await held_back(clinician.desk)
    await passes(clinician.desk, DAY)
    clinician.renew(Role.CLINICIAN)

    assert (await gives_up(clinician, await shown(clinician, asked), because, due)).status_code == status

    await passes(clinician.desk, DAY)
    assert len(await late(clinician.desk)) == 2


async def test_only_clinicians_give_up(front):
    asked = await held_back(front.desk)
    await passes(front.desk, DAY)
    front.renew()
    address, text = await shown(front, asked)

    assert "Give the deadline up" not in text
    answer = await gives_up(front, (address, text), due=(await front.desk.consultation(asked))["due_by"].isoformat())
    assert answer.status_code == 403


async def test_staff_see_the_oldest_deadline_first(front):
    moderate, high = Asked.new(), await held_back(front.desk)
    await front.desk.hears(
        moderate.requested(disposition=Disposition.AWAIT, **URGENT), moderate.at_risk(level=RiskLevel.MODERATE)
    )
    await front.desk.database.pool.execute(
        "update consultation set due_by = $1 where request_id = $2",
        datetime.fromisoformat("2026-06-16T17:00:00+00:00"),
        moderate.request_id,
    )
    await passes(front.desk, 2 * DAY)
    front.renew()

    listed = words(await front.page("/staff/consultations?whose=all"))

    assert "Must be seen sooner 2" in listed
    assert listed.index(moderate.reference) < listed.index(high.reference)
