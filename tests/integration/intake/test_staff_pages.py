import re
from datetime import timedelta
from uuid import UUID

from services.intake.reactions import alert_acknowledged, consultation_scheduled, session_completed
from shared.events.consultation import ConsultationScheduled
from shared.events.risk import AlertAcknowledged
from shared.events.session import Outcome, SessionCompleted, Severity
from shared.events.staff import Role
from shared.events.values import AppointmentTime, DecidedBy
from shared.ids import uuid7
from tests.conftest import NOON
from tests.integration.intake.conftest import INES, INES_TYPED, Intake, heard, words

PAGES = ["/staff/requests", "/staff/requests/list", "/staff/requests/new", f"/staff/requests/{uuid7()}"]


async def test_nobody_sees_requests_without_signing_in(intake: Intake):
    for path in PAGES:
        answer = await intake.http.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/session/renew")


async def test_each_role_sees_the_names(intake: Intake):
    await intake.submitted()
    for role in Role:
        await intake.sign_in(role)
        assert "Ines Marchetti" in words(await intake.page("/staff/requests"))


async def test_an_empty_list_says_so(intake: Intake):
    await intake.sign_in()

    assert "No request is waiting" in words(await intake.page("/staff/requests"))


async def test_whoever_is_at_risk_stands_on_top_until_somebody_has_taken_it(intake: Intake):
    await intake.submitted(name="Early Risk", reasons=["suicidal-ideation"])
    intake.clock.advance(timedelta(minutes=5))
    await intake.submitted(name="Later Calm")
    await intake.sign_in()
    page = words(await intake.page("/staff/requests"))
    assert page.index("Early Risk") < page.index("Later Calm")
    assert "nobody has taken it yet" in page

    [flag] = await intake.rows("select id, patient_id from risk_flag")
    taken = AlertAcknowledged(
        clinic_id=intake.clinic_id,
        patient_id=flag["patient_id"],
        alert_id=flag["id"],
        staff_id=uuid7(),
        acknowledged_at=NOON,
        channel="inbox",
    )
    await intake.hear(alert_acknowledged.record_acknowledgements, heard(taken, 1, flag["id"]))

    page = words(await intake.page("/staff/requests"))
    assert "Early Risk" in page
    assert "nobody has taken it yet" not in page


async def test_a_caller_without_any_channel_can_be_entered(intake: Intake):
    staff_id = await intake.sign_in()
    sent = await intake.send_form("/staff/requests/new", typed={"name": "Walter Grange", "reasons": ["chronic-pain"]})

    assert sent.status_code == 303
    page = words(await intake.page(sent.headers["location"]))
    assert "Walter Grange" in page
    assert "Phone or meet this patient" in page
    [(_, event)] = await intake.said()
    assert (event["reachable"], event["by"]) == (False, "staff")
    [row] = await intake.rows("select entered_by_staff from consultation_request")
    assert row["entered_by_staff"] == staff_id


async def test_consents_read_out_by_phone_name_who_read_them(intake: Intake):
    staff_id = await intake.sign_in()
    await intake.send_form("/staff/requests/new")

    assert {row["recorded_by"] for row in await intake.rows("select recorded_by from consent")} == {staff_id}


async def test_mistakes_in_the_staff_form_are_named(intake: Intake):
    await intake.sign_in()
    answer = await intake.send_form("/staff/requests/new", typed={**INES_TYPED, "mobile": "12", "reasons": []})

    assert answer.status_code == 422
    assert 'id="mobile-error"' in answer.text
    assert 'id="reasons-error"' in answer.text


async def test_one_request_shows_everything_that_is_known(intake: Intake):
    await intake.submitted()
    await intake.sign_in()
    [row] = await intake.rows("select id from consultation_request")

    page = words(await intake.page(f"/staff/requests/{row['id']}"))

    for known in ("Ines Marchetti", "(303) 555-0187", "ines@example.com", "Depression", "Tue, morning", "may email me"):
        assert known in page


async def test_staff_withdraw_on_the_patients_behalf(intake: Intake):
    await intake.submitted()
    await intake.sign_in()
    [row] = await intake.rows("select id from consultation_request")

    sent = await intake.http.post(f"/staff/requests/{row['id']}/withdraw", data={"seen": 1})

    assert sent.status_code == 303
    topic, event = (await intake.said())[-1]
    assert (topic, event["by"]) == ("consultation-withdrawn", "staff")
    assert "Withdrawn" in words(await intake.page("/staff/requests?view=closed"))


async def test_an_unknown_request_is_no_error_of_ours(intake: Intake):
    await intake.sign_in()

    assert "There is no such request" in words(await intake.page(f"/staff/requests/{uuid7()}", status=404))


async def test_a_completed_session_is_due_for_a_follow_up_until_it_is_done(intake: Intake):
    await intake.submitted()
    await intake.sign_in()
    [patient] = await intake.rows("select id from patient")
    ended = _ended(intake, patient["id"])
    await intake.hear(session_completed.note_follow_ups, heard(ended, 3, ended.session_id))

    page = await intake.page("/staff/requests")
    assert "Follow-up due 1" in words(page)
    found = re.search(r'action="(/staff/requests/follow-ups/[^"]+)"', page)
    assert found
    await intake.http.post(found[1])

    assert "Follow-up due" not in words(await intake.page("/staff/requests"))


async def test_a_session_of_somebody_unknown_here_is_shown_without_a_name(intake: Intake):
    await intake.sign_in()
    ended = _ended(intake, uuid7())
    await intake.hear(session_completed.note_follow_ups, heard(ended, 3, ended.session_id))

    assert "Not readable" in words(await intake.page("/staff/requests"))


async def test_somebody_whose_key_was_erased_hides_nobody_else(intake: Intake):
    await intake.submitted(name="Gone Forever")
    [patient] = await intake.rows("select id from patient")
    await intake.submitted(name="Still Here")
    await intake.app.state.keyring.erase(patient["id"])
    await intake.sign_in()

    page = words(await intake.page("/staff/requests"))

    assert "Still Here" in page
    assert "Not readable" in page
    assert "Gone Forever" not in page


async def test_a_long_list_has_pages(intake: Intake):
    for n in range(51):
        await intake.ask({**INES, "name": f"Patient {n:02}"})
    await intake.sign_in()

    assert 'href="/staff/requests?view=open&page=2"' in (await intake.page("/staff/requests")).replace("&amp;", "&")
    assert (await intake.page("/staff/requests?page=2")).count('id="item-') == 1


def _ended(intake: Intake, patient_id: UUID) -> SessionCompleted:
    return SessionCompleted(
        clinic_id=intake.clinic_id,
        patient_id=patient_id,
        session_id=uuid7(),
        appointment_id=uuid7(),
        started_at=NOON,
        ended_at=NOON,
        outcome=Outcome.FULL,
        worst_severity=Severity.MILD,
    )


async def test_a_booked_consultation_leads_to_booking_a_session_for_whoever_works_with_patients(intake: Intake):
    await intake.submitted()
    [request] = await intake.rows("select id, patient_id, reference from consultation_request")
    starts_at = NOON + timedelta(days=3)
    scheduled = ConsultationScheduled(
        clinic_id=intake.clinic_id,
        patient_id=request["patient_id"],
        consultation_id=uuid7(),
        request_id=request["id"],
        reference=request["reference"],
        by=DecidedBy.SYSTEM,
        appointment=AppointmentTime(
            appointment_id=uuid7(),
            revision=1,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            zone="America/Denver",
            local_start=starts_at.replace(tzinfo=None),
        ),
    )
    await intake.hear(consultation_scheduled.record_consultations_scheduled, heard(scheduled, 1, request["id"]))
    booking = f'href="/staff/sessions/new?patient={request["patient_id"]}"'

    await intake.sign_in()
    assert booking in await intake.page(f"/staff/requests/{request['id']}")
    await intake.sign_in(Role.ADMINISTRATOR)
    assert booking not in await intake.page(f"/staff/requests/{request['id']}")


async def test_after_the_last_page_there_is_the_last_page(intake: Intake):
    await intake.submitted()
    await intake.sign_in()

    assert "Ines Marchetti" in words(await intake.page("/staff/requests?page=99999"))
