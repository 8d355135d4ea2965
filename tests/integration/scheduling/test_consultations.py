"""A clinician looks at a consultation, notes and decides; what they decide is said once, and kept for good."""

import asyncio
from datetime import timedelta

import pytest

from shared.events.staff import Role
from shared.ids import uuid7
from shared.keyring.keyring import CACHE_FOR
from shared.web.staff_directory import KEEP
from tests.integration.scheduling.desk import STAFF_ID
from tests.integration.scheduling.front import words
from tests.keyring_line import KeyringLine

SUITABLE = {"outcome": "suitable/meets-criteria", "seen": "0", "note": "Two trials without effect.\nSleeps badly."}
AMENDED = {"outcome": "not-suitable/contraindicated", "seen": "1", "because": "information-came", "note": "ECG came."}


@pytest.fixture
async def clinician(bare_front):
    await bare_front.desk.set_up()
    await bare_front.sign_in(Role.CLINICIAN, name="Dr. Ada Voss")
    return bare_front


async def becomes(front, role):
    """The same person, with another role, and noticed."""
    front.desk.clock.advance(KEEP)
    await front.sign_in(role, name="Dr. Ada Voss", version=2)


@pytest.fixture
async def asked(clinician):
    """Booked, and its time has come."""
    asked = await clinician.asks()
    at = (await clinician.desk.appointments(asked))[0]["starts_at"]
    clinician.desk.clock.advance(at - clinician.desk.clock.now() + timedelta(minutes=5))
    clinician.renew(Role.CLINICIAN)
    return asked


async def address(front, asked):
    return f"/staff/consultations/{(await front.desk.consultation(asked))['id']}"


async def decides(front, asked, **changed):
    return await front.send(f"{await address(front, asked)}/decision", SUITABLE | changed)


async def test_who_is_not_suitable_and_has_more_booked_is_said_to_whoever_decides(clinician, asked):
    await clinician.books(asked)

    await decides(clinician, asked, outcome="not-suitable/contraindicated")

    page = words(await clinician.page(await address(clinician, asked)))
    assert "1 appointment of this patient is still booked. Talk with them" in page


async def test_the_list_says_what_waits_and_what_comes(clinician, asked):
    await clinician.asks(name="Jonas Okoro")

    page = words(await clinician.page("/staff/consultations?whose=all"))

    assert page.index("Waiting for a decision") < page.index("Ines Marchetti") < page.index("Jonas Okoro")
    assert "To decide" in page


async def test_what_ended_early_waits_for_its_decision_and_is_not_called_booked(clinician):
    asked = await clinician.asks()
    (row,) = await clinician.desk.appointments(asked)
    for what, seen in (("arrival", "1"), ("completion", "2")):
        await clinician.send(f"/staff/appointments/{row['id']}/{what}", {"seen": seen})

    page = words(await clinician.page(await address(clinician, asked)))

    assert "To decide" in page
    assert "Completed" in page
    assert "Move, arrive, cancel" not in page
    assert "To decide" in words(await clinician.page("/staff/consultations?whose=all"))


async def test_clinicians_see_their_own_first(clinician, asked):
    set_clinician = "update appointment set clinician_id = $1"
    await clinician.desk.database.pool.execute(set_clinician, uuid7())
    assert "No consultation of yours" in words(await clinician.page("/staff/consultations"))

    await clinician.desk.database.pool.execute(set_clinician, STAFF_ID)
    assert "Ines Marchetti" in words(await clinician.page("/staff/consultations"))


async def test_what_was_called_off_is_on_nobodys_list_and_says_so_itself(clinician, asked):
    other = await clinician.asks(name="Tomasz Wilk")
    await clinician.desk.hears(other.withdrawn())

    listed = words(await clinician.page("/staff/consultations?whose=all"))
    page = words(await clinician.page(await address(clinician, other)))

    assert "Ines Marchetti" in listed
    assert "Tomasz Wilk" not in listed
    assert "Cancelled" in page
    assert "No time is booked" in page


async def test_who_waits_without_hurry_is_on_the_waiting_list_alone(clinician, asked):
    other = await clinician.asks(name="Tomasz Wilk")
    await clinician.desk.database.pool.execute(
        "update consultation set state = 'waitlisted' where request_id = $1", other.request_id
    )
    await clinician.desk.database.pool.execute(
        "update appointment set state = 'cancelled' where patient_id = $1", other.patient_id
    )

    assert "Tomasz Wilk" not in words(await clinician.page("/staff/consultations?whose=all"))


async def test_the_page_has_what_a_decision_needs(clinician, asked):
    await clinician.desk.hears(asked.at_risk(), asked.answered())

    page = await clinician.page(await address(clinician, asked))

    for said in ("Ines Marchetti", "A risk was seen", "PHQ-9 14, moderate", "Nothing is decided yet"):
        assert said in words(page)
    assert f'hx-get="/staff/requests/{asked.request_id}/reading"' in page
    assert f'href="/staff/requests/{asked.request_id}"' in page


async def test_a_decision_ends_the_appointment_and_is_said_without_its_reason(clinician, asked):
    answer = await decides(clinician, asked)

    assert answer.status_code == 303
    body = (await clinician.desk.said("consultation-completed"))[-1][1]
    assert (body["decision"], body["amended"], body["by"]) == ("suitable", False, "staff")
    assert "criteria" not in str(body)
    assert "Sleeps" not in str(body)
    assert (await clinician.desk.consultation(asked))["state"] == "completed"
    assert (await clinician.desk.appointments(asked))[0]["state"] == "completed"
    page = words(await clinician.page(await address(clinician, asked)))
    assert "Suitable : meets the criteria" in page or "Suitable: meets the criteria" in page
    assert "Sleeps badly." in page
    assert "Dr. Ada Voss" in page
    assert "Plan an induction." in page


async def test_notes_of_a_decision_are_sealed(clinician, asked):
    await decides(clinician, asked)

    kept = await clinician.desk.database.pool.fetchval("select note from consultation_decision")

    assert b"Sleeps" not in kept


async def test_pressed_twice_it_is_decided_once(clinician, asked):
    answers = [await decides(clinician, asked) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await clinician.desk.said("consultation-completed")) == 1


async def test_of_two_who_decide_at_once_the_second_sees_what_stands(clinician, asked):
    answers = await asyncio.gather(
        decides(clinician, asked), decides(clinician, asked, outcome="not-suitable/outside-scope", note="My own words")
    )

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    second = next(answer for answer in answers if answer.status_code == 409)
    assert "Somebody was faster" in words(second.text)
    assert len(await clinician.desk.said("consultation-completed")) == 1


async def test_a_decision_made_anew_is_said_again_and_the_first_stays_readable(clinician, asked):
    await decides(clinician, asked)
    answer = await decides(clinician, asked, **AMENDED)

    assert answer.status_code == 303
    said = [body for _, body in await clinician.desk.said("consultation-completed")]
    assert [(body["decision"], body["amended"]) for body in said] == [("suitable", False), ("not-suitable", True)]
    page = words(await clinician.page(await address(clinician, asked)))
    assert page.index("ECG came.") < page.index("Before that") < page.index("Sleeps badly.")
    assert "New information came" in page


async def test_another_reason_for_the_same_decision_is_kept_and_not_said(clinician, asked):
    await decides(clinician, asked)
    await decides(clinician, asked, seen="1", because="mistyped", outcome="suitable/with-conditions")

    assert len(await clinician.desk.said("consultation-completed")) == 1
    assert await clinician.desk.database.pool.fetchval("select count(*) from consultation_decision") == 2


async def test_deciding_anew_asks_why(clinician, asked):
    await decides(clinician, asked)
    answer = await decides(clinician, asked, **AMENDED | {"because": ""})

    assert answer.status_code == 422
    assert "Choose why you decide anew." in words(answer.text)
    assert "ECG came." in answer.text


@pytest.mark.parametrize("outcome", ["", "suitable/contraindicated", "perhaps"])
async def test_a_decision_that_is_none_is_asked_again_with_what_was_written(clinician, asked, outcome):
    answer = await decides(clinician, asked, outcome=outcome)

    assert answer.status_code == 422
    assert "Choose what you decided." in words(answer.text)
    assert "Sleeps badly." in answer.text


async def test_nothing_is_decided_before_the_patient_came(clinician):
    asked = await clinician.asks()

    answer = await decides(clinician, asked)

    assert answer.status_code == 409
    assert await clinician.desk.said("consultation-completed") == []


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.ADMINISTRATOR])
async def test_only_clinicians_note_and_decide(clinician, asked, role):
    await becomes(clinician, role)
    place = await address(clinician, asked)

    answers = [
        await decides(clinician, asked),
        await clinician.send(f"{place}/note", {"seen": "0", "noted": "Something"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_the_front_desk_sees_the_decision_and_nothing_that_was_written(clinician, asked):
    await decides(clinician, asked)
    await clinician.send(f"{await address(clinician, asked)}/note", {"seen": "0", "noted": "Wept a lot."})
    await clinician.desk.hears(asked.at_risk(), asked.answered())
    await becomes(clinician, Role.FRONT_DESK)

    page = words(await clinician.page(await address(clinician, asked)))

    assert "Suitable" in page
    assert "Plan an induction." in page
    for kept in ("Sleeps badly", "Wept a lot", "criteria", "PHQ-9", "A risk was seen"):
        assert kept not in page


async def test_notes_are_kept_in_versions_with_names(clinician, asked):
    place = f"{await address(clinician, asked)}/note"
    await clinician.send(place, {"seen": "0", "noted": "Wept a lot."})
    await clinician.send(place, {"seen": "1", "noted": "Wept a lot.\r\nSister drives."})

    page = words(await clinician.page(await address(clinician, asked)))

    assert page.index("Sister drives.") < page.index("version 2") < page.index("What it said before")
    kept = await clinician.desk.database.pool.fetch("select note from consultation_note")
    assert len(kept) == 2
    assert all(b"Wept" not in row["note"] for row in kept)


async def test_who_notes_on_an_older_page_loses_nothing(clinician, asked):
    place = f"{await address(clinician, asked)}/note"
    await clinician.send(place, {"seen": "0", "noted": "Wept a lot."})
    answer = await clinician.send(place, {"seen": "0", "noted": "Laughed a lot."})

    assert answer.status_code == 409
    assert "Wept a lot." in answer.text
    assert "Laughed a lot." in answer.text


async def test_without_a_key_nothing_is_saved_and_nothing_typed_is_lost(clinician, asked, keyring_line: KeyringLine):
    clinician.desk.clock.advance(CACHE_FOR)
    clinician.renew(Role.CLINICIAN)
    await keyring_line.cut()

    answer = await decides(clinician, asked)

    assert answer.status_code == 422
    assert "Sleeps badly." in answer.text
    assert await clinician.desk.said("consultation-completed") == []


async def test_a_consultation_that_is_none_says_where_to_look(clinician):
    assert "There is no such consultation" in words(await clinician.page(f"/staff/consultations/{uuid7()}", 404))


async def test_what_was_decided_cannot_be_withdrawn_any_more(clinician, asked):
    await decides(clinician, asked)
    await clinician.desk.hears(asked.withdrawn())

    assert (await clinician.desk.consultation(asked))["state"] == "completed"
    assert await clinician.desk.said("consultation-cancelled") == []
