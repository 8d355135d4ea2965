"""Staff see what scales came to since a request, and enter the totals of the clinic's own paper forms."""

from tests.integration.intake.conftest import Intake, hidden, words
from tests.integration.intake.questionnaires import Patient, bodies
from tests.integration.intake.test_questionnaires import MOOD


async def test_staff_see_totals_beside_the_baseline(intake: Intake):
    patient = await Patient.who_asked(intake, **MOOD)
    await patient.answer_all(await patient.asked(), "0")
    await intake.sign_in()

    read = words(await intake.page(f"/staff/requests/{patient.request_id}"))

    assert "Scales over time PHQ-9 remission" in read
    assert "Answered Total of 27 Change Band Mon, Jun 15, 12:00 0 −16 Minimal" in read
    assert "with the request 16 Moderately severe" in read
    assert "a proposal that no clinician has approved yet" in read


async def test_staff_are_told_when_a_question_about_safety_was_left_out(intake: Intake):
    patient = await Patient.who_asked(intake)
    token = await patient.asked()
    await patient.save(token, "phq-9-9", None)
    await intake.sign_in()

    assert "A question about safety was left out" in words(await intake.page(f"/staff/requests/{patient.request_id}"))


async def test_a_total_that_is_sent_twice_is_entered_once(intake: Intake):
    patient = await Patient.who_asked(intake, "ocd")
    await intake.sign_in()
    path = f"/staff/requests/{patient.request_id}"
    typed = {"entry": hidden(await intake.page(path), "entry"), "scale": "y-bocs", "total": "24"}

    for _ in range(2):
        answer = await intake.http.post(f"{path}/totals", data=typed)
        assert answer.status_code == 303

    assert len(await bodies(intake, "questionnaire-completed")) == 1
    assert "12:00 24 Severe" in words(await intake.page(path))


async def test_a_total_off_the_scale_is_refused_beside_its_field(intake: Intake):
    patient = await Patient.who_asked(intake, "ocd")
    await intake.sign_in()
    path = f"/staff/requests/{patient.request_id}"
    typed = {"entry": hidden(await intake.page(path), "entry"), "scale": "y-bocs", "total": "41"}

    answer = await intake.http.post(f"{path}/totals", data=typed)

    assert answer.status_code == 422
    assert "Y-BOCS goes from 0 to 40" in words(answer.text)
