"""The questions after an infusion by JSON: who it is, the ticket that says so, one question after another, the own trend."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from services.intake.domain.questionnaire.questionnaire import TRIES
from shared.web.hold_ticket import LIFETIME
from tests.integration.intake.conftest import Intake
from tests.integration.intake.link_front_end import LinkFrontEnd
from tests.integration.intake.questionnaires import Patient
from tests.integration.intake.test_questionnaire_pages import BEFORE, BORN, inside
from tests.integration.intake.test_refused_risk import levels

BIRTHDAY = "1984-07-19"
BROKEN = b'{"values": {"phq-9-9": "3"'
HEADER = "Chairside-Ticket"


async def at_the_door(patient: Patient) -> LinkFrontEnd:
    token = await patient.asked()
    return LinkFrontEnd(patient.intake, f"/api/consultation-requests/questionnaires/{token}")


async def prove(front: LinkFrontEnd, said: str = BIRTHDAY) -> httpx.Response:
    return await front.intake.http.post(f"{front.address}/proof", json={"said": said})


async def opened(patient: Patient) -> LinkFrontEnd:
    front = await at_the_door(patient)
    front.headers = {HEADER: (await prove(front)).json()["ticket"]}
    return await front.open()


def name_of(problem: httpx.Response) -> str:
    return problem.json()["type"].rpartition("/")[2]


async def test_before_anything_else_it_asks_who_this_is(intake: Intake):
    front = await at_the_door(await Patient.who_asked(intake))

    asked = await front.get("/proof")
    refused = [await front.get(step) for step in ("", "/phq-9-1", "/trend")]

    assert asked.json()["asked"] == {
        "name": "said",
        "kind": "date",
        "label": "Your date of birth",
        "hint": "",
        "required": True,
        "options": [],
    }
    assert {(one.status_code, name_of(one)) for one in refused} == {(403, "proof-needed")}
    assert (await front.say("phq-9-1", {"phq-9-1": "1"})).status_code == 403


async def test_the_whole_walk_to_the_own_trend(intake: Intake):
    front = await opened(await Patient.who_asked(intake, **BEFORE))
    assert (front.told["state"], front.told["questions"], front.told["language"]) == ("open", 9, "en")
    assert (await front.get("/trend")).json()["next"] == "phq-9-1"

    await front.walk_to()

    assert (front.told["state"], front.told["next"], len(front.told["answered"])) == ("complete", None, 9)
    [mood] = (await front.get("/trend")).json()["scales"]
    assert (mood["name"], [one["total"] for one in mood["taken"]]) == ("Mood", [16, 0])
    assert mood["words"] == "Right now there are few signs of it left."
    assert name_of(await front.say("phq-9-1", {"phq-9-1": "1"}, 1)) == "all-answered"


async def test_without_a_date_of_birth_on_file_the_last_name_is_asked(intake: Intake):
    front = await at_the_door(await Patient.by_the_short_form(intake))

    asked = (await front.get("/proof", language="es")).json()

    assert (asked["asked"]["kind"], asked["language"]) == ("text", "es")
    assert (await prove(front, "marchetti")).status_code == 200


@pytest.mark.parametrize("said", ["1984-07-20", "19 July", "<b>"])
async def test_what_does_not_fit_is_said_and_closes_the_link_after_some_tries(intake: Intake, said: str):
    front = await at_the_door(await Patient.who_asked(intake))

    tried = [await prove(front, said) for _ in range(TRIES)]

    assert [one.status_code for one in tried] == [*[422] * (TRIES - 1), 410]
    assert "does not fit" in tried[0].json()["errors"][0]["detail"]
    assert (await prove(front)).status_code == 410
    assert (await front.get("/proof")).status_code == 410


async def test_saying_nothing_is_no_try(intake: Intake):
    front = await at_the_door(await Patient.who_asked(intake))

    tried = [await prove(front, said) for said in ("", " ") * TRIES]

    assert {one.status_code for one in tried} == {422}
    assert "whole date" in tried[0].json()["errors"][0]["detail"]
    assert (await prove(front)).status_code == 200


async def test_wrong_tries_count_together_with_those_on_the_pages(intake: Intake):
    patient = await Patient.who_asked(intake)
    front = await at_the_door(patient)
    page = f"/q/{(await patient.links())[0]}/en"
    for _ in range(TRIES - 1):
        await intake.http.post(page, data={**BORN, "born_day": "20"})

    assert (await prove(front, "1984-07-20")).status_code == 410


async def test_a_ticket_opens_its_own_questionnaire_alone_and_ends(intake: Intake):
    mine = await opened(await Patient.who_asked(intake))
    other = await at_the_door(await Patient.who_asked(intake))

    other.headers = mine.headers
    assert (await other.get()).status_code == 403
    assert (await mine.intake.http.get(mine.address, params={"ticket": mine.headers[HEADER]})).status_code == 403
    assert (await mine.intake.http.get(mine.address, headers={HEADER: mine.headers[HEADER] + "x"})).status_code == 403

    intake.clock.advance(LIFETIME)
    assert (await mine.get()).status_code == 403


async def test_the_cookie_of_the_pages_proves_nothing_here(intake: Intake):
    patient = await Patient.who_asked(intake)
    await inside(patient)

    answer = await intake.http.get(f"/api/consultation-requests/questionnaires/{(await patient.links())[0]}")

    assert answer.status_code == 403


async def test_a_risk_is_raised_once_and_answered_with_help(intake: Intake):
    front = await (await opened(await Patient.who_asked(intake))).walk_to("phq-9-9")

    _, answer = [await front.say("phq-9-9", {"phq-9-9": "2"}) for _ in range(2)]

    assert answer.status_code == 200
    assert answer.json()["urgent_help"]["crisis_line"]
    assert answer.json()["next"]["question"].startswith("screener-")
    assert await levels(intake) == ["unassessed"]


@pytest.mark.parametrize(
    ("question", "sent"),
    [
        ("phq-9-9", {"values": {"phq-9-9": ["3", "11"]}, "revision": 0}),
        ("phq-9-9", {"values": {"phq-9-9": 3}}),
        ("phq-9-9", {"values": {"phq-9-9": "3"}, "revision": 0}),
        ("safety", {"values": {"safety": "yes"}, "revision": 0}),
    ],
    ids=["no value of it", "a number", "a key that cannot be used", "not asked"],
)
async def test_a_risk_in_a_refused_answer_is_raised_once(intake: Intake, question: str, sent: dict[str, Any]):
    front = await (await opened(await Patient.who_asked(intake))).walk_to("phq-9-9")
    headers = {**front.headers, "Idempotency-Key": "short"}

    _, refused = [await intake.http.post(f"{front.address}/{question}", json=sent, headers=headers) for _ in range(2)]

    assert refused.status_code in (409, 422)
    assert refused.json()["urgent_help"]
    assert await levels(intake) == ["unassessed"]


async def test_who_has_not_said_who_they_are_raises_nothing(intake: Intake):
    front = await at_the_door(await Patient.who_asked(intake))

    refused = [
        await front.say("phq-9-9", {"phq-9-9": "3"}),
        await intake.http.post(
            f"{front.address}/phq-9-9", content=BROKEN, headers={"Content-Type": "application/json"}
        ),
    ]

    assert [one.status_code for one in refused] == [403, 422]
    assert not any("urgent_help" in one.json() for one in refused)
    assert await levels(intake) == []


async def test_the_last_answer_under_its_key_is_told_again(intake: Intake):
    front = await (await opened(await Patient.who_asked(intake))).walk_to("phq-9-9")

    first, second = [await front.say("phq-9-9", {"phq-9-9": "0"}, key="a-key-of-the-last-answer") for _ in range(2)]

    assert (first.status_code, first.json()["state"]) == (200, "complete")
    assert second.content == first.content


async def test_an_answer_from_elsewhere_is_not_overwritten(intake: Intake):
    front = await (await opened(await Patient.who_asked(intake))).walk_to("phq-9-2")

    refused = await front.say("phq-9-1", {"phq-9-1": "3"}, 0)

    assert (refused.status_code, refused.json()["asked"]["values"]) == (409, {"phq-9-1": ["0"]})


async def test_behind_a_link_that_has_ended_a_risk_is_heard_and_a_new_link_is_offered(intake: Intake):
    patient = await Patient.who_asked(intake)
    front = await at_the_door(patient)
    ends_at = datetime.fromisoformat((await front.get("/proof")).json()["ends_at"])
    intake.clock.advance(ends_at - timedelta(hours=1) - intake.clock.now())
    front.headers = {HEADER: (await prove(front)).json()["ticket"]}
    await (await front.open()).walk_to("phq-9-9")
    intake.clock.advance(timedelta(hours=1))

    refused = await front.say("phq-9-9", {"phq-9-9": "2"})

    assert (refused.status_code, name_of(refused)) == (410, "questions-ended")
    assert refused.json()["urgent_help"]
    assert await levels(intake) == ["unassessed"]
    assert (await intake.http.post(refused.json()["new_link"])).status_code == 202
    assert len(await patient.links()) == 2


async def test_no_such_link(intake: Intake):
    answer = await intake.http.get(f"/api/consultation-requests/questionnaires/{'0' * 43}/proof")

    assert (answer.status_code, name_of(answer)) == (404, "link-unknown")


async def test_a_browser_of_another_site_may_send_the_ticket(make_intake: Any):
    ours = await make_intake(cors_origins=["https://front.example"])

    allowed = await ours.http.options(
        "/api/consultation-requests/questionnaires/x",
        headers={
            "Origin": "https://front.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": HEADER,
        },
    )

    assert allowed.status_code == 200
