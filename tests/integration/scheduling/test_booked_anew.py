"""Who did not come gets another time for the same request, by staff; what was missed stays missed."""

import re
from datetime import timedelta

import pytest

from services.scheduling.use_cases.book_consultation import ConsultationWanted, NobodyWaits, book_consultation
from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.take_in_hand import Press
from services.scheduling.use_cases.wait_again import NotMissed, wait_again
from shared.ids import uuid7
from tests.integration.scheduling.desk import CLINIC, STAFF_ID, Asked
from tests.integration.scheduling.front import hidden, words
from tests.integration.scheduling.test_as_the_auditor_sees_it import audit
from tests.integration.scheduling.test_clinic_appointments_by_json import post


async def missed(desk, asked=None):
    """Who was asked for, and the appointment that they did not come to."""
    if asked is None:
        asked = Asked.new()
        await desk.hears(asked.requested())
    row = (await desk.appointments(asked))[-1]
    desk.clock.advance(row["starts_at"] - desk.clock.now() + timedelta(minutes=20))
    await press(desk, miss_appointment, row["id"])
    return asked, row["id"]


async def press(desk, do, appointment_id):
    version = await desk.database.pool.fetchval("select version from appointment where id = $1", appointment_id)
    async with desk.database.transaction() as tx:
        return await do(tx, Press(CLINIC.id, appointment_id, version, STAFF_ID))


async def book(desk, asked, at, **changed):
    wish = ConsultationWanted(CLINIC.id, asked.patient_id, at, STAFF_ID, **{"request_id": asked.request_id} | changed)
    async with desk.database.transaction() as tx:
        return await book_consultation(tx, wish)


async def test_the_request_has_another_appointment_and_everybody_is_told(desk):
    asked, first = await missed(desk)

    made = await book(desk, asked, desk.monday_at(10))

    states = {row["id"]: (row["state"], row["revision"]) for row in await desk.appointments(asked)}
    assert states == {first: ("missed", 2), made.id: ("booked", 1)}
    topic, body = (await desk.said())[-1]
    assert (topic, body["by"], body["appointment"]["appointment_id"]) == (
        "consultation-scheduled",
        "staff",
        str(made.id),
    )
    consultation = await desk.consultation(asked)
    assert (consultation["state"], consultation["version"]) == ("booked", 3)


async def test_it_may_be_missed_again_and_called_off_by_the_patient(desk):
    asked, _ = await missed(desk)
    await book(desk, asked, desk.monday_at(10))
    await missed(desk, asked)
    await book(desk, asked, desk.monday_at(10, weeks=2))

    await desk.calls_off(asked)

    assert [row["state"] for row in await desk.appointments(asked)] == ["missed", "missed", "cancelled"]
    assert (await desk.topics())[-1] == "consultation-cancelled"


async def test_what_was_missed_is_named_by_its_request(desk):
    asked, _ = await missed(desk)

    with pytest.raises(NobodyWaits):
        await book(desk, asked, desk.monday_at(10), request_id=None)


@pytest.mark.parametrize("state", ["booked", "withdrawn"])
async def test_who_has_a_time_or_does_not_want_one_is_not_booked(desk, state):
    asked, appointment = await missed(desk)
    await (desk.hears(asked.withdrawn()) if state == "withdrawn" else book(desk, asked, desk.monday_at(10)))

    with pytest.raises(NobodyWaits):
        await book(desk, asked, desk.monday_at(14))
    with pytest.raises(NotMissed):
        await press(desk, wait_again, appointment)


class TestWaitingAgain:
    async def test_the_request_stands_on_the_list_is_told_so_and_is_served(self, desk):
        asked, appointment = await missed(desk)

        for _ in range(2):
            await press(desk, wait_again, appointment)

        assert [(topic, body["by"]) for topic, body in (await desk.said())[-1:]] == [
            ("consultation-waitlisted", "staff")
        ]
        assert (await desk.topics()).count("consultation-waitlisted") == 1
        await desk.review()
        assert [row["state"] for row in await desk.appointments(asked)] == ["missed", "booked"]

    async def test_who_withdraws_then_is_not_told_of_the_time_that_was_missed(self, desk):
        asked, appointment = await missed(desk)
        await press(desk, wait_again, appointment)

        await desk.hears(asked.withdrawn())

        topic, body = (await desk.said())[-1]
        assert (topic, body["appointment"]) == ("consultation-cancelled", None)

    async def test_only_who_was_missed(self, desk):
        asked = Asked.new()
        await desk.hears(asked.requested())
        (row,) = await desk.appointments(asked)

        with pytest.raises(NotMissed):
            await press(desk, wait_again, row["id"])


async def form_of(front, asked, **typed):
    url = f"/staff/consultations/of/{asked.request_id}/book"
    return url, {"form_key": hidden(await front.page(url), "form_key"), "date": "2026-06-22", "time": "10:00"} | typed


async def missed_here(front):
    asked = await front.asks()
    _, appointment = await missed(front.desk, asked)
    front.renew()
    return asked, f"/staff/appointments/{appointment}"


async def test_the_page_of_what_was_missed_leads_to_another_time_and_pressing_twice_books_once(front):
    asked, page = await missed_here(front)
    url = re.search(r'href="(/staff/consultations/of/[^"]+/book)"', await front.page(page))[1]
    assert "did not come Mon, Jun 15" in words(await front.page(url))
    _, form = await form_of(front, asked)

    answers = [await front.send(url, form) for _ in range(2)]

    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, answers[0].headers["location"])}
    assert "Mon, Jun 22, 10:00" in words(await front.page(answers[0].headers["location"]))
    assert "Book another consultation" not in words(await front.page(page))
    await front.page(url, 409)
    listed = words(await front.page("/staff/consultations?whose=all"))
    assert listed.count("Ines Marchetti") == listed.count("Ines Marchetti Mon, Jun 22") == 1
    assert "Mon, Jun 22, 10:00" in words(await front.page("/staff/sessions/new"))
    assert await audit(front.desk) == (1, [])


async def test_a_time_that_cannot_be_had_says_why_and_may_be_meant(front):
    asked, _ = await missed_here(front)
    url, form = await form_of(front, asked, time="20:00")
    page = (await front.send(url, form)).text
    assert "The clinic is not open for the whole of" in words(page)
    meant = form | {"override": "agreed-with-team", "shown": hidden(page, "shown")}

    answer = await front.send(url, meant)

    assert answer.status_code == 303, words(answer.text)
    assert "Given nevertheless: agreed with the team" in words(await front.page(answer.headers["location"]))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"date": "", "time": ""}, "Enter the date."),
        ({"date": "2027-03-14", "time": "02:30"}, "The clock skips this time on that night."),
        ({"form_key": "stale"}, "This page was open for more than a day."),
        ({"clinician": "nobody"}, "Choose somebody who can be booked."),
    ],
)
async def test_bad_input_is_said_and_nothing_is_booked(front, typed, sentence):
    asked, _ = await missed_here(front)
    url, form = await form_of(front, asked, **typed)

    answer = await front.send(url, form)

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert len(await front.desk.appointments(asked)) == 1


async def test_whoever_cannot_be_written_to_is_called_with_the_new_time(front):
    asked, _ = await missed_here(front)
    url = f"/staff/consultations/of/{asked.request_id}/book"
    assert "gets a message with the time" in words(await front.page(url))

    await front.desk.hears(asked.contact_changed("Mg==", reachable=False))

    assert "cannot be written to: call with the time." in words(await front.page(url))


async def test_put_on_the_waiting_list_from_its_page(front):
    asked, page = await missed_here(front)

    answer = await front.send(f"{page}/waiting", {"seen": hidden(await front.page(page), "seen")})

    assert answer.status_code == 303
    assert "Put on the waiting list, for another time" in words(await front.page(page))
    assert (await front.desk.consultation(asked))["state"] == "waitlisted"


async def test_by_json_who_waits_or_was_missed_is_booked_once_for_each_key(front):
    asked, _ = await missed_here(front)
    body = {
        "purpose": "consultation",
        "patient_id": str(asked.patient_id),
        "request_id": str(asked.request_id),
        "starts_at": front.desk.monday_at(10).isoformat(),
    }

    answers = [await post(front, body=body, key="booked-anew") for _ in range(2)]

    assert {(one.status_code, one.text) for one in answers} == {(201, answers[0].text)}
    found = answers[0].json()
    assert (found["purpose"], found["state"], found["request_id"]) == ("consultation", "booked", str(asked.request_id))
    again = await post(front, body=body | {"starts_at": front.desk.monday_at(14).isoformat()})
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "nobody-waits")


async def test_by_json_who_was_missed_waits_again(front):
    asked, page = await missed_here(front)

    answer = await post(front, f"{page.removeprefix('/staff/appointments')}/waiting", {"version": 2})

    assert (answer.status_code, answer.json()["state"]) == (200, "missed")
    assert (await front.desk.consultation(asked))["state"] == "waitlisted"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"clinician_id": None}, "#/clinician_id"), ({"request_id": str(uuid7())}, "#/request_id")],
)
async def test_by_json_a_session_is_with_somebody_and_for_no_request(front, changed, pointer):
    asked = await front.asks()
    body = {
        "patient_id": str(asked.patient_id),
        "clinician_id": str(CLINIC.resources[0].id),
        "starts_at": front.desk.monday_at(10).isoformat(),
    }

    answer = await post(front, body=body | changed)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_who_missed_a_session_is_booked_another_from_its_page(front):
    asked = await front.asks()
    await front.books(asked)
    row = await front.desk.database.pool.fetchrow("select id from appointment where session_id is not null")
    front.desk.clock.advance(front.desk.monday_at(10, 20) - front.desk.clock.now())
    front.renew()
    url = f"/staff/appointments/{row['id']}"
    await front.send(f"{url}/miss", {"seen": hidden(await front.page(url), "seen")})

    link = re.search(r'href="(/staff/sessions/new\?patient=[^"]+)"', await front.page(url))[1]

    assert str(asked.patient_id) in link
    assert "Book an infusion session" in words(await front.page(link))
