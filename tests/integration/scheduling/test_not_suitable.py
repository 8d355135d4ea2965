"""Whom a clinician has judged not suitable gets no session, but by a clinician who says why."""

from datetime import timedelta

import pytest

from shared.events.staff import Role
from tests.integration.scheduling.front import VOSS, hidden, words
from tests.integration.scheduling.test_booking_nevertheless import NEVERTHELESS
from tests.integration.scheduling.test_clinic_appointments_by_json import post
from tests.integration.scheduling.test_consultations import AMENDED, SUITABLE, decides
from tests.integration.scheduling.test_fhir_api import MONDAY, offered

TEN = "2026-06-22T16:00:00Z"
"""Ten o'clock at the clinic."""
SENTENCE = "A clinician has decided that treatment is not suitable for this patient."
NOT_SUITABLE = SUITABLE | {"outcome": "not-suitable/contraindicated"}


@pytest.fixture
async def asked(bare_front):
    """Whose consultation is on."""
    await bare_front.desk.set_up()
    await bare_front.sign_in(Role.CLINICIAN)
    asked = await bare_front.asks()
    at = (await bare_front.desk.appointments(asked))[0]["starts_at"]
    bare_front.desk.clock.advance(at - bare_front.desk.clock.now() + timedelta(minutes=5))
    bare_front.renew(Role.CLINICIAN)
    return asked


async def judged(front, asked, role=Role.CLINICIAN):
    await decides(front, asked, **NOT_SUITABLE)
    await front.becomes(role)


async def books(front, asked, **changed):
    return await front.send("/staff/sessions/new", await front.booking(asked, **changed))


async def by_json(front, asked, **changed):
    wanted = {"patient_id": str(asked.patient_id), "clinician_id": str(VOSS.id)}
    return await post(front, body=wanted | {"starts_at": TEN} | changed)


async def overridden(front):
    return await front.desk.database.pool.fetch("select overridden from appointment where session_id is not null")


async def test_the_page_says_who_decided_so_and_books_nothing(bare_front, asked):
    await judged(bare_front, asked, Role.FRONT_DESK)

    answer = await books(bare_front, asked)

    assert answer.status_code == 409
    assert SENTENCE in words(answer.text)
    assert NEVERTHELESS not in answer.text
    assert "clinician may" in words(answer.text).lower()
    assert await overridden(bare_front) == []


async def test_a_clinician_books_nevertheless_and_it_stands_with_the_appointment(bare_front, asked):
    await judged(bare_front, asked)
    typed = await bare_front.booking(asked)
    refused = await bare_front.send("/staff/sessions/new", typed)

    meant = typed | {"override": "agreed-with-team", "shown": hidden(refused.text, "shown")}
    answer = await bare_front.send("/staff/sessions/new", meant)

    assert answer.status_code == 303, words(answer.text)
    assert [row["overridden"] for row in await overridden(bare_front)] == [["not-suitable"]]
    page = words(await bare_front.page(answer.headers["location"]))
    assert "Booked nevertheless: though treatment was decided to be not suitable." in page


async def test_by_json_it_is_refused_with_the_reason_and_who_may_override_is_a_clinician(bare_front, asked):
    await judged(bare_front, asked, Role.NURSE)
    query = {"start": TEN, "kind": "session", "by_staff": "true"}

    refused = await by_json(bare_front, asked)
    nevertheless = await by_json(bare_front, asked, override={"reason": "agreed-with-team"})
    why = (await bare_front.http.get("/api/slots/why", params=query | {"patient": str(asked.patient_id)})).json()

    assert (refused.status_code, nevertheless.status_code) == (409, 403)
    assert [one["why"] for one in why["reasons"]] == ["not-suitable"]
    assert why["instead"] == []
    assert await offered(bare_front, asked.patient_id, day=MONDAY) == []
    await bare_front.becomes(Role.CLINICIAN)
    assert (await by_json(bare_front, asked, override={"reason": "agreed-with-team"})).status_code == 201


async def test_decided_anew_it_is_booked_without_a_word(bare_front, asked):
    await judged(bare_front, asked)
    anew = AMENDED | {"outcome": "suitable/meets-criteria"}
    assert (await decides(bare_front, asked, **anew)).status_code == 303

    assert (await books(bare_front, asked)).status_code == 303
    assert [row["overridden"] for row in await overridden(bare_front)] == [[]]


async def test_the_newest_decision_counts_of_all_their_consultations(bare_front, asked):
    await judged(bare_front, asked)
    consultation = await bare_front.desk.consultation(asked)
    await bare_front.desk.database.pool.execute(
        """
        with earlier as (
            insert into consultation (id, clinic_id, patient_id, request_id, reference, state, urgency, wishes,
                                      requested_at, request_version, version)
            select gen_random_uuid(), clinic_id, patient_id, gen_random_uuid(), 'TSC-OLD234', state, urgency, wishes,
                   requested_at, request_version, version
              from consultation
             where id = $1
            returning id, clinic_id)
        insert into consultation_decision (consultation_id, number, clinic_id, decision, reason, decided_by, decided_at)
        select id, 1, clinic_id, 'suitable', 'meets-criteria', gen_random_uuid(), $2
          from earlier
        """,
        consultation["id"],
        bare_front.desk.clock.now() - timedelta(days=30),
    )

    assert (await books(bare_front, asked)).status_code == 409


async def test_what_is_booked_already_is_moved_as_before(bare_front, asked):
    await books(bare_front, asked)
    await judged(bare_front, asked, Role.FRONT_DESK)
    row = await bare_front.desk.database.pool.fetchrow(
        "select id, version from appointment where session_id is not null"
    )

    moved = {"version": row["version"], "starts_at": "2026-06-22T20:00:00Z"}

    assert (await post(bare_front, f"/{row['id']}/move", moved)).status_code == 200
