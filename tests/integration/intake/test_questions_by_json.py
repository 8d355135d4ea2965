"""What staff ask once more, answered by a front end that knows no question beforehand."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.information import LIFE
from tests.integration.intake.asked import ask, link
from tests.integration.intake.conftest import Intake
from tests.integration.intake.decisions import row_of, sent, topics
from tests.integration.intake.link_front_end import LinkFrontEnd
from tests.integration.intake.test_refused_risk import levels

QUESTIONS = "/api/consultation-requests/questions"
KEY = {"Idempotency-Key": "2f1d1a5e-7a5e-4f7c-9c57-0a3f7d9b6c11"}


async def asked(intake: Intake, *pages: str, **fields: Any) -> LinkFrontEnd:
    request_id = await sent(intake)
    await intake.sign_in()
    version = (await row_of(intake, request_id))["version"]
    response = await ask(intake, request_id, seen=version, pages=list(pages), **fields)
    assert response.status_code == 303, response.text
    token = (await link(intake)).rpartition("/")[2]
    return await LinkFrontEnd(intake, f"{QUESTIONS}/{token}").open()


async def test_a_front_end_sees_what_is_asked_next_how_many_there_are_and_until_when(intake: Intake):
    front = await asked(intake, "phq-9")

    assert (front.told["state"], front.told["language"], front.told["questions"]) == ("open", "en", 9)
    assert front.told["next"]["question"] == "phq-9-1"
    assert front.told["next"]["step"]["name"] == "Question 1 of 9"
    assert front.told["ends_at"][:10] == (intake.clock.now() + LIFE).date().isoformat()


async def test_the_whole_walk_to_the_last_answer(intake: Intake):
    front = await asked(intake, "health-heart", "gad-7")

    await front.walk_to()

    assert (front.told["state"], front.told["next"]) == ("complete", None)
    assert len(front.told["answered"]) == 8
    assert (await topics(intake))[-1] == "information-given"
    again = await front.say("gad-7-7", {"gad-7-7": "1"}, 1)
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "all-answered")


async def test_the_last_answer_under_its_key_is_told_again(intake: Intake):
    front = await (await asked(intake, "gad-7")).walk_to("gad-7-7")

    first, second = [await front.say("gad-7-7", {"gad-7-7": "1"}, key=KEY["Idempotency-Key"]) for _ in range(2)]

    assert (first.status_code, first.json()["state"]) == (200, "complete")
    assert (second.status_code, second.content) == (200, first.content)


async def test_free_words_come_after_the_questions(intake: Intake):
    front = await asked(intake, "health-heart", questions=["medicines", "safety"])
    await front.walk_to()
    assert front.told["state"] == "in-words"
    assert [one["name"] for one in front.told["in_words"]] == ["medicines", "safety"]

    answer = await intake.http.post(front.told["links"]["words"], json={"values": {"medicines": "None at all"}})

    assert (answer.status_code, answer.json()["state"]) == (200, "complete")
    assert await levels(intake) == []


@pytest.mark.parametrize(
    "values", [{"safety": "yes"}, {"safety": "yes", "medicines": "x" * 2001}, {"safety": "yes", "times": "Mondays"}]
)
async def test_a_risk_in_free_words_is_raised_once_also_when_they_are_refused(intake: Intake, values: dict[str, str]):
    front = await asked(intake, questions=["medicines", "safety"])

    _, answer = [
        await intake.http.post(front.told["links"]["words"], json={"values": values}, headers=KEY) for _ in range(2)
    ]

    assert answer.status_code == (200 if len(values) == 1 else 422)
    assert answer.json()["urgent_help"]
    assert await levels(intake) == ["unassessed"]


async def test_a_risk_is_raised_once_and_leads_to_the_screener(intake: Intake):
    front = await (await asked(intake, "phq-9")).walk_to("phq-9-9")

    _, answer = [await front.say("phq-9-9", {"phq-9-9": "2"}, front.question["revision"]) for _ in range(2)]

    assert answer.status_code == 200
    assert answer.json()["urgent_help"]["crisis_line"]
    assert answer.json()["next"]["question"].startswith("screener-")
    assert await levels(intake) == ["unassessed"]


@pytest.mark.parametrize(
    ("question", "sent"),
    [
        ("phq-9-9", {"values": {"phq-9-9": ["3", "11"]}, "revision": 0}),
        ("phq-9-9", {"values": {"phq-9-9": "3", "mood": "low"}, "revision": 0}),
        ("phq-9-9", {"values": {"phq-9-9": 3}}),
        ("safety", {"values": {"safety": "yes"}, "revision": 0}),
    ],
    ids=["no value of it", "another field", "a number", "not asked"],
)
async def test_a_risk_in_a_refused_answer_is_raised_once(intake: Intake, question: str, sent: dict[str, Any]):
    front = await (await asked(intake, "phq-9")).walk_to("phq-9-9")

    _, refused = [await intake.http.post(f"{front.address}/{question}", json=sent) for _ in range(2)]

    assert refused.status_code in (409, 422)
    assert refused.json()["urgent_help"]
    assert await levels(intake) == ["unassessed"]


async def test_an_answer_from_elsewhere_is_not_overwritten(intake: Intake):
    front = await (await asked(intake, "gad-7")).walk_to("gad-7-2")

    refused = await front.say("gad-7-1", {"gad-7-1": "3"}, 0)

    assert (refused.status_code, refused.json()["asked"]["revision"]) == (409, 1)
    assert refused.json()["asked"]["values"] == {"gad-7-1": ["0"]}


async def test_what_lies_ahead_is_not_open(intake: Intake):
    front = await asked(intake, "gad-7")

    refused = [await front.say("gad-7-3", {"gad-7-3": "1"}), await intake.http.get(f"{front.address}/gad-7-3")]

    assert [(one.status_code, one.json()["next"]) for one in refused] == [(409, "gad-7-1")] * 2


async def test_behind_a_link_that_has_ended_a_risk_is_heard_and_a_new_link_is_offered(intake: Intake):
    front = await (await asked(intake, "phq-9")).walk_to("phq-9-9")
    intake.clock.advance(LIFE + timedelta(seconds=1))

    refused = await front.say("phq-9-9", {"phq-9-9": "2"})

    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (410, "questions-ended")
    assert refused.json()["urgent_help"]
    assert await levels(intake) == ["unassessed"]
    before = (await topics(intake)).count("information-asked")
    assert (await intake.http.post(refused.json()["new_link"])).status_code == 202
    assert (await topics(intake)).count("information-asked") == before + 1


async def test_no_such_link(intake: Intake):
    assert (await intake.http.get(f"{QUESTIONS}/{'0' * 43}")).status_code == 404


async def test_in_spanish_for_who_asks_for_it(intake: Intake):
    front = await asked(intake, "gad-7")

    told = (await intake.http.get(front.address, params={"language": "es"})).json()

    assert told["language"] == "es"
    assert told["next"]["step"]["name"] == "Pregunta 1 de 7"
