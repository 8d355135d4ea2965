"""Whom a session is for: by reference, by name, or from a list that stays short whoever the clinic knows."""

import re

import pytest

from services.scheduling.pages.choose_patient import PAGE
from services.scheduling.pages.typed_reference import read_reference
from shared.events.values import Disposition
from shared.ids import new_reference, uuid7
from tests.integration.scheduling.desk import CLINIC
from tests.integration.scheduling.front import words
from tests.integration.scheduling.whole_names import Names, Silent

NEW = "/staff/sessions/new"
MANY = 5000


def chosen(page):
    """The patients of the list, in its order."""
    return re.findall(rf'href="{NEW}\?patient=([0-9a-f-]{{36}})', page)


async def a_crowd(front, number):
    """So many people with a consultation, by hand, because nobody's name is needed."""
    pool = front.desk.database.pool
    people = [uuid7() for _ in range(number)]
    await pool.execute(
        """
        insert into patient (patient_id, clinic_id, contact, person_version, reachable)
        select unnest($1::uuid[]), $2, 'c2VhbGVk', 1, true
        """,
        people,
        CLINIC.id,
    )
    await pool.execute(
        """
        insert into consultation (id, clinic_id, patient_id, request_id, reference, state, urgency, wishes,
                                  requested_at, request_version, version)
        select gen_random_uuid(), $2, patient_id, gen_random_uuid(), reference, 'completed', 'routine', '{}',
               $4::timestamptz - interval '30 days' - n * interval '1 minute', 1, 1
          from unnest($1::uuid[], $3::text[]) with ordinality as crowd (patient_id, reference, n)
        """,
        people,
        CLINIC.id,
        [new_reference("TSC") for _ in people],
        front.desk.clock.now(),
    )
    await pool.execute("analyze patient, consultation")
    return people


async def test_those_with_a_consultation_stand_there_the_newest_first(front):
    ines = await front.asks("Ines Marchetti", requested_at="2026-06-15T17:00:00Z")
    theo = await front.asks("Theo Brandt", requested_at="2026-06-15T17:30:00Z")
    held = await front.asks("Held Back", disposition=Disposition.AWAIT)

    page = await front.page(NEW)

    assert chosen(page) == [str(theo.patient_id), str(ines.patient_id)]
    assert "Held Back" not in words(page)
    assert f"Ines Marchetti {ines.reference} . Consultation Mon, Jun 15, 14:00" in words(page)
    assert str(held.patient_id) in chosen(await front.page(f"{NEW}?circle=all"))


async def test_what_became_of_their_newest_request_stands_beside_them_and_on_the_form(front):
    gone = await front.asks("Held Back")
    await front.desk.hears(gone.withdrawn())

    shown = words(await front.page(f"{NEW}?circle=all"))
    form = words(await front.page(f"{NEW}?patient={gone.patient_id}"))

    assert "Cancelled" in shown
    assert "Their newest request has ended without a consultation" in form


async def test_a_reference_leads_straight_to_the_form_and_what_was_known_goes_along(front):
    asked = await front.asks("Ines Marchetti")

    answer = await front.http.get(f"{NEW}?find={asked.reference.lower()}&date=2026-06-22&time=10:00")
    page = await front.page(answer.headers["location"])

    assert answer.status_code == 303
    assert "For Ines Marchetti" in words(page)
    assert 'value="2026-06-22"' in page
    assert 'value="10:00"' in page


async def look_for(front, typed, **kept):
    return await front.send(f"{NEW}/find", {"find": typed, **kept})


@pytest.mark.parametrize("typed", ["TSC-234567", "nonsense", "🌷", "ليا", "%00", "TSC", "Ines", "x" * 100])
async def test_who_is_not_found_is_said_and_the_list_stays(front, typed):
    asked = await front.asks()
    front.app.state.people = Names(Ines_Marchetti=[asked.patient_id])

    answer = await look_for(front, typed)

    assert answer.status_code == 422
    assert "Nobody is found by this. A name has to be whole; a reference looks like TSC-4K7Q2M." in words(answer.text)
    assert str(asked.patient_id) in chosen(answer.text)


@pytest.mark.parametrize("typed", ["TSC-234567", "nonsense", "%00", " "])
async def test_an_address_with_a_reference_of_nobody_says_so(front, typed):
    answer = await front.http.get(NEW, params={"find": typed}, headers={"Accept": "text/html"})

    assert answer.status_code == 422
    assert "Nobody is found by this." in words(answer.text)


async def test_a_whole_name_leads_straight_to_the_form_and_stands_in_no_address(front):
    asked = await front.asks("Ines Marchetti")
    front.app.state.people = Names(Ines_Marchetti=[asked.patient_id])

    answer = await look_for(front, " Ines Marchetti ", date="2026-06-22", time="10:00")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{NEW}?patient={asked.patient_id}&date=2026-06-22&time=10%3A00"


async def test_of_several_with_one_name_a_list_asks_whom_and_keeps_what_was_typed(front):
    one, other, somebody = [await front.asks("Ines Marchetti") for _ in range(3)]
    front.app.state.people = Names(Ines_Marchetti=[one.patient_id, other.patient_id, uuid7()])

    answer = await look_for(front, "Ines Marchetti", date="2026-06-22")

    assert answer.status_code == 200
    assert "Whom do you mean? 2" in words(answer.text)
    assert sorted(chosen(answer.text)) == sorted([str(one.patient_id), str(other.patient_id)])
    assert str(somebody.patient_id) not in answer.text
    assert f"{NEW}?patient={one.patient_id}&amp;date=2026-06-22" in answer.text


async def test_while_names_cannot_be_searched_a_reference_still_leads_there(front):
    asked = await front.asks("Ines Marchetti")
    front.app.state.people = Silent()

    by_name, by_reference = await look_for(front, "Ines Marchetti"), await look_for(front, asked.reference)

    assert by_name.status_code == 422
    assert "Names cannot be searched at this moment. A reference still finds its patient." in words(by_name.text)
    assert by_reference.headers["location"] == f"{NEW}?patient={asked.patient_id}"


async def test_looking_for_nothing_asks_for_a_name_or_a_reference(front):
    front.app.state.people = Names()

    answer = await look_for(front, " ")

    assert answer.status_code == 422
    assert "Enter a whole name or a reference, or choose from the list." in words(answer.text)


async def test_a_patient_of_another_clinic_is_not_found_here(front):
    assert "Choose a patient of this clinic." in words(await front.page(f"{NEW}?patient={uuid7()}", 422))
    await front.page(f"{NEW}?patient=Robert", 422)


async def test_a_clinic_that_knows_nobody_says_what_to_do(front):
    assert "Nobody has a consultation yet" in words(await front.page(NEW))
    assert "For a caller, enter a new request first." in words(await front.page(f"{NEW}?circle=all"))


async def test_five_thousand_patients_are_pages_of_a_few(front):
    crowd = await a_crowd(front, MANY)
    newest = await front.asks("Ines Marchetti")

    first = await front.page(NEW)
    last = await front.page(f"{NEW}?page={MANY // PAGE + 1}")

    assert chosen(first) == [str(one) for one in [newest.patient_id, *crowd][:PAGE]]
    assert chosen(last) == [str(crowd[-1])]
    assert f"With a consultation {MANY + 1}" in words(first)
    assert len(first) < 60_000


async def test_every_patient_stands_on_exactly_one_page(front):
    crowd = await a_crowd(front, 3 * PAGE + 1)

    seen = [one for page in range(1, 5) for one in chosen(await front.page(f"{NEW}?page={page}"))]

    assert seen == [str(one) for one in crowd]
    assert chosen(await front.page(f"{NEW}?page=99999")) == [str(crowd[-1])]


@pytest.mark.parametrize("typed", ["TSC-4K7Q2M", "tsc-4k7q2m", " 4K7Q2M ", "4k7-q2m", "tsc 4k7 q2m", "TSC–4K7Q2M"])
def test_a_reference_is_read_however_it_was_said(typed):
    assert read_reference(typed, "TSC") == "TSC-4K7Q2M"


@pytest.mark.parametrize("typed", ["", "TSC", "4K7Q2", "4K7Q2MM", "ABC-4K7Q2M", "٤٥٦٧٨٩"])
def test_what_cannot_be_a_reference_is_none(typed):
    assert read_reference(typed, "TSC") is None
