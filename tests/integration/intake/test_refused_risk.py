"""A risk in an answer that is refused, or that nobody asks for any more, is raised and answered with help: at every door."""

import pytest

from tests.integration.intake.conftest import Intake
from tests.integration.intake.front_end import FrontEnd
from tests.integration.intake.guided_pages import HTML, Visitor
from tests.integration.intake.questionnaires import Patient
from tests.integration.intake.test_asked_again import asked
from tests.integration.intake.test_for_callers import OnThePhone
from tests.integration.intake.test_questionnaire_pages import inside

REASONS = {"reasons": ["suicidal-ideation", "boredom"]}
ITEM_9 = {"phq-9-9": ["3", "11"]}


async def levels(intake: Intake) -> list[str]:
    return [body["level"] for topic, body in await intake.said() if topic == "risk-raised"]


async def test_on_the_patients_own_page(intake: Intake):
    patient = await (await Visitor(intake).begin()).walk_to("reasons")

    for _ in range(2):
        await patient.press(**REASONS)

    assert patient.status == 422
    assert "Help is there right now" in patient.read
    assert await levels(intake) == ["unassessed"]


async def test_on_a_page_of_the_patient_that_another_window_has_made_vanish(intake: Intake):
    patient = await (await Visitor(intake).begin()).walk_to("safety")

    await intake.http.post(f"{patient.link}/en/screener-plan", data={"screener-plan": "yes"}, headers=HTML)

    assert await levels(intake) == ["high"]
    assert "Help is there right now" in (await patient.open(patient.at)).read


async def test_on_the_page_that_staff_fill_in_with_a_caller(intake: Intake):
    await intake.sign_in()
    nurse = await (await OnThePhone(intake).begin()).walk_to("reasons")

    for _ in range(2):
        await nurse.press(**REASONS)

    assert nurse.status == 422
    assert "Thoughts of suicide: stay on the line" in nurse.read
    assert await levels(intake) == ["unassessed"]


async def test_on_a_page_with_a_caller_that_another_window_has_made_vanish(intake: Intake):
    await intake.sign_in()
    nurse = await (await OnThePhone(intake).begin()).walk_to("safety")

    await intake.http.post(f"{nurse.place}/en/screener-plan", data={"screener-plan": "yes"}, headers=HTML)

    assert await levels(intake) == ["high"]
    assert "Thoughts of suicide: stay on the line" in (await nurse.open(nurse.at)).read


async def test_on_a_page_that_staff_asked_for_once_more(intake: Intake):
    _, patient = await asked(intake, "phq-9")

    while patient.slug != "phq-9-9":
        await patient.press(**{patient.slug: "0"})

    for _ in range(2):
        await patient.press(**ITEM_9)

    assert patient.status == 422
    assert "Help is there right now" in patient.read
    assert await levels(intake) == ["unassessed"]


async def test_on_a_page_asked_for_once_more_that_another_window_has_made_vanish(intake: Intake):
    _, patient = await asked(intake, "phq-9")

    await intake.http.post(f"{patient.link}/screener-plan", data={"screener-plan": "yes"}, headers=HTML)

    assert await levels(intake) == ["high"]


@pytest.mark.parametrize(
    ("question", "body"),
    [
        ("phq-9-9", b'{"values": {"phq-9-9": ["3", "11"]}, "revision": 0}'),
        ("phq-9-9", b'{"values": {"phq-9-9": 3}, "revision": 0}'),
        ("safety", b'{"values": {"safety": "yes"}, "revision": "the first"}'),
        ("safety", b'{"values": {"safety": "yes"'),
        ("screener-wish", b'{"values": {"screener-wish": "yes"}, "revision": 0}'),
        ("reasons", b'{"values": ["suicidal-ideation"], "revision": 0}'),
        ("reasons", b'{"answers": ["suicidal-ideation"]}'),
        ("reasons", b'{"values": {"Reasons": "suicidal-ideation"}, "revision": 0}'),
        ("reasons", b'{"values": {"reasons": ["}", "suicidal-ideation"]}, "revision": 0}'),
        ("safety", b'{"values": {"safety": "yes", "safety": "no"}, "revision": 0}'),
    ],
    ids=[
        "no value of it",
        "a number",
        "no revision",
        "no end",
        "not asked any more",
        "a list",
        "another name around it",
        "another name of it",
        "a bracket in it",
        "said twice",
    ],
)
async def test_in_an_answer_by_json(intake: Intake, question: str, body: bytes):
    front = FrontEnd(intake, {**FrontEnd(intake).answers, "reasons": ["depression"]})
    await (await front.begin()).walk_to("when")
    path = front.told["links"]["question"].format(question=question)

    refused = await intake.http.post(path, content=body, headers={"Content-Type": "application/json"})

    assert refused.status_code in (409, 422)
    assert "Our staff have been told" in refused.json()["urgent_help"]["text"]
    assert len(await levels(intake)) == 1


@pytest.mark.parametrize(
    "key", ["used-for-another-1", "short"], ids=["used for another answer", "none that can be used"]
)
async def test_in_an_answer_by_json_whose_key_is_refused(intake: Intake, key: str):
    front = await (await FrontEnd(intake, {**FrontEnd(intake).answers, "reasons": ["depression"]}).begin()).walk_to(
        "safety"
    )
    path, sent = front.told["links"]["question"].format(question="reasons"), {"Idempotency-Key": "used-for-another-1"}
    await intake.http.post(path, json={"values": {"reasons": ["depression"]}, "revision": 1}, headers=sent)

    refused = await intake.http.post(
        path, json={"values": {"reasons": ["suicidal-ideation"]}, "revision": 1}, headers={"Idempotency-Key": key}
    )

    assert refused.status_code == 422
    assert "Our staff have been told" in refused.json()["urgent_help"]["text"]
    assert len(await levels(intake)) == 1


async def test_a_refused_answer_without_a_sign_raises_nothing(intake: Intake):
    front = await (await FrontEnd(intake).begin()).walk_to("safety")

    refused = await front.say("safety", {"safety": "no"}, sent={"revision": "yes"})

    assert refused.status_code == 422
    assert await levels(intake) == []


async def test_on_a_page_of_the_questions_after_an_infusion(intake: Intake):
    patient = await inside(await Patient.who_asked(intake))
    while patient.slug != "phq-9-9":
        await patient.press(**{patient.slug: "0"})

    for _ in range(2):
        await patient.press(**ITEM_9)

    assert patient.status == 422
    assert 'id="crisis-now"' in patient.page
    assert await levels(intake) == ["unassessed"]


async def test_on_a_page_after_an_infusion_that_another_window_has_made_vanish(intake: Intake):
    patient = await inside(await Patient.who_asked(intake))

    await intake.http.post(patient.at.replace("phq-9-1", "screener-plan"), data={"screener-plan": "yes"}, headers=HTML)

    assert await levels(intake) == ["high"]
