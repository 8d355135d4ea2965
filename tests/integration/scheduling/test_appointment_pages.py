"""The page of one appointment: what staff press, what stands in the way, and who did what."""

import re
from datetime import timedelta

import pytest

from services.scheduling.domain.clinic import ResourceKind
from shared.events.staff import Role
from shared.ids import uuid7
from tests.integration.scheduling.desk import CLINIC
from tests.integration.scheduling.front import VOSS, hidden, words


async def appointment(front, **changed):
    """The address of the page of somebody's session, on Monday of next week at ten."""
    await front.books(await front.asks("Ines Marchetti"), **changed)
    row = await front.desk.database.pool.fetchrow(
        "select id from appointment where session_id is not null order by id desc limit 1"
    )
    return f"/staff/appointments/{row['id']}"


async def press(front, url, what, **typed):
    page = await front.page(url)
    return await front.send(f"{url}/{what}", {"seen": hidden(page, "seen")} | typed)


async def goes_to(front, **later):
    front.desk.clock.advance(front.desk.monday_at(10) - front.desk.clock.now() + timedelta(**later))
    front.renew()


async def test_it_says_what_is_planned_and_who_booked_it(front):
    page = words(await front.page(await appointment(front)))

    assert "Ines Marchetti" in page
    assert "Infusion session" in page
    assert "Mon, Jun 22, 10:00" in page
    assert re.search(r"Booked .*, Rita Imura", page)


async def test_a_visit_is_pressed_through_and_stands_in_the_history(front):
    url = await appointment(front)
    await goes_to(front)

    for what in ("arrival", "arrival/undo", "arrival", "begin", "begin/undo", "begin"):
        answer = await press(front, url, what)
        assert (answer.status_code, answer.headers["location"]) == (303, url)

    page = words(await front.page(url))
    assert "In progress" in page
    assert "Had not arrived: pressed by mistake" in page
    assert "Had not begun: pressed by mistake" in page
    assert "Cancel it" not in page
    assert "Record what happened" in page


async def test_who_is_here_stands_neither_ahead_nor_among_what_is_over(front):
    url = await appointment(front)
    await goes_to(front)

    await press(front, url, "arrival")

    assert "Here, or in progress 1" in words(await front.page("/staff/sessions"))


async def test_what_nobody_wrote_down_is_not_said_to_lie_ahead_once_it_is_over(front):
    url = await appointment(front)
    await goes_to(front)
    assert "Arrived Not yet" in words(await front.page(url))

    await press(front, url, "miss")

    assert "Not yet" not in words(await front.page(url))


async def test_who_pressed_on_an_old_page_sees_what_it_is_now(front):
    url = await appointment(front)
    await goes_to(front)
    old = hidden(await front.page(url), "seen")
    await press(front, url, "arrival")

    answer = await front.send(f"{url}/cancellation", {"seen": old, "reason": "equipment"})

    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile. Nothing was done." in words(answer.text)
    assert "Arrived" in words(answer.text)


async def test_before_its_day_nobody_arrives_and_the_page_leads_to_moving_it_here(front):
    url = await appointment(front)
    page = await front.page(url)
    assert "This visit is on Mon, Jun 22. Is the patient here today? Move it to today first." in words(page)
    assert f"{url}/arrival" not in page

    answer = await press(front, url, "arrival")
    assert answer.status_code == 409
    assert "Move it to today first. Nothing was done." in words(answer.text)
    form = await front.page(re.search(rf'href="({url}/move\?at=[^"]+)"', page)[1])
    typed = {name: re.search(rf'name="{name}" type="{name}" value="([^"]+)"', form)[1] for name in ("date", "time")}
    assert (await press(front, url, "move", **typed)).status_code == 303

    assert (await press(front, url, "arrival")).status_code == 303
    assert "Arrived" in words(await front.page(url))


async def test_did_not_come_is_offered_from_the_start_on(front):
    url = await appointment(front)
    assert "Did not come" not in words(await front.page(url))
    await goes_to(front, minutes=10)

    answer = await press(front, url, "miss")

    assert answer.status_code == 303
    page = words(await front.page(url))
    assert "Missed" in page
    assert "Cancel it" not in page


async def test_moved_with_plain_fields_it_is_the_same_appointment(front):
    url = await appointment(front)

    answer = await press(front, url, "move", date="2026-06-23", time="14:00")

    assert answer.status_code == 303, words(answer.text)
    page = words(await front.page(url))
    assert "Tue, Jun 23, 14:00" in page
    assert "Moved, from Mon, Jun 22, 10:00" in page


async def test_a_refused_move_says_every_reason_and_what_can_be_had(front):
    url = await appointment(front)
    await front.books(await front.asks("Tom Berger"), time="14:00")

    answer = await press(front, url, "move", date="2026-06-22", time="14:00")

    assert answer.status_code == 409
    page = words(answer.text)
    assert "It cannot be moved to this time" in page
    assert f"{VOSS.name} is taken" in page
    assert page.count("Move to Mon, Jun 22") + page.count("Move to Tue, Jun 23") >= 2
    assert "Move it nevertheless" not in page


async def test_against_closing_time_staff_may_mean_it_and_it_is_shown(front):
    url = await appointment(front)
    refused = await press(front, url, "move", date="2026-06-22", time="20:00")
    assert "Move it nevertheless, because" in words(refused.text)

    meant = {"override": "day-runs-late", "shown": hidden(refused.text, "shown")}
    other = await press(front, url, "move", date="2026-06-22", time="21:00", **meant)
    assert other.status_code == 409  # another time than the one whose reasons were read
    answer = await press(front, url, "move", date="2026-06-22", time="20:00", **meant)

    assert answer.status_code == 303, words(answer.text)
    page = words(await front.page(url))
    assert "Booked nevertheless: outside of opening hours." in page
    assert "Given nevertheless: the day runs late (as front desk)" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"date": "2026-06-14", "time": "10:00"}, "This time is over."),
        ({"date": "2027-03-14", "time": "02:30"}, "The clock skips this time on that night."),
        ({"date": "", "time": ""}, "Enter the date."),
        ({"date": "2026-06-23", "time": "10:00", "clinician": str(uuid7())}, "Choose somebody who can be booked."),
    ],
)
async def test_bad_input_is_said_beside_its_field_and_nothing_moves(front, typed, sentence):
    url = await appointment(front)

    answer = await press(front, url, "move", **typed)

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert "Mon, Jun 22, 10:00" in words(await front.page(url))


async def test_a_page_that_says_where_it_should_go_leads_to_the_form_filled_in(front):
    url = await appointment(front)
    chair = next(one for one in CLINIC.of_kind(ResourceKind.CHAIR) if one.name == "Chair 2")

    page = await front.page(f"{url}/move?at=2026-06-23T20:00:00Z&with={chair.id}")

    assert '<details id="move" open>' in page
    assert 'value="14:00"' in page
    assert f'<option value="{chair.id}" selected>' in page
    answer = await press(front, url, "move", date="2026-06-23", time="14:00", chair=str(chair.id))
    assert answer.status_code == 303, words(answer.text)
    assert "Chair 2" in words(await front.page(url))


async def test_cancelled_with_a_reason_and_without_one_asked_for_it(front):
    url = await appointment(front)

    assert "Choose why it is cancelled." in words((await press(front, url, "cancellation")).text)
    assert (await press(front, url, "cancellation", reason="patient-unwell")).status_code == 303

    assert "Cancelled: the patient is unwell" in words(await front.page(url))


async def test_an_overrun_is_shown_with_a_proposed_move_that_leads_to_the_form(front):
    url = await appointment(front)
    await front.books(await front.asks("Tom Berger"), time="10:15")
    await goes_to(front, minutes=25)
    await press(front, url, "begin")

    shown = await front.page("/staff/appointments/conflicts?day=2026-06-22")
    link = re.search(r'href="(/staff/appointments/[^"]+/move\?at=[^"]+)"', shown)[1]

    assert "is taken by the appointment of 10:00 until about" in words(shown)
    assert '<details id="move" open>' in await front.page(link)
    assert "until about" in words(await front.page(url))


async def test_who_only_looks_presses_nothing(bare_front):
    await bare_front.sign_in(Role.ADMINISTRATOR)

    assert (await bare_front.send(f"/staff/appointments/{uuid7()}/arrival", {"seen": "1"})).status_code == 403


async def test_an_appointment_that_is_not_there_has_a_page_that_says_so(front):
    assert "There is no such appointment" in words(await front.page(f"/staff/appointments/{uuid7()}", 404))
