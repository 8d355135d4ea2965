"""What docs/front-ends.md shows is what happens: its requests are sent, and the answers are of the shape it shows."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.intake.conftest import Intake
from tests.integration.intake.questionnaires import Patient
from tests.integration.intake.test_questionnaire_by_json import opened
from tests.integration.intake.test_questions_by_json import asked

PAGE = (Path(__file__).parents[3] / "docs" / "front-ends.md").read_text()
SENT = re.findall(r"```http\n(\w+) (\S+)\n((?:[\w-]+: [^\n]*\n)+)\n(.*?)```", PAGE, re.DOTALL)
REQUESTS = [one for one in SENT if "<token>" not in one[1]]
[WITH_A_TICKET] = [one for one in SENT if "<token>" in one[1]]
SHOWN: list[dict[str, Any]] = [
    json.loads(one) for one in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if "hold_id" not in one
]
ANSWERS = [one for one in SHOWN if "in_words" not in one]
[BEHIND_A_LINK] = [one for one in SHOWN if "in_words" in one]


def shape(told: object) -> object:
    """Names all the way down; what a list holds by its first."""
    if isinstance(told, dict):
        return {name: shape(value) for name, value in told.items()}
    return [shape(told[0])] if isinstance(told, list) and told else None


@pytest.mark.parametrize("number", range(len(REQUESTS)))
async def test_a_request_on_the_page_is_answered_as_the_page_says(intake: Intake, number: int):
    intake.clock.advance(datetime(2027, 2, 20, 18, tzinfo=UTC) - intake.clock.now())
    method, path, headers, body = REQUESTS[number]

    answer = await intake.http.request(method, path, content=body, headers=dict(re.findall(r"([\w-]+): (.*)", headers)))

    assert answer.status_code == 201, answer.text
    assert shape(answer.json()) == shape(ANSWERS[number])


async def test_a_refusal_looks_as_the_page_says(intake: Intake):
    refused = await intake.ask({**json.loads(REQUESTS[-1][3]), "email": "ines"})

    assert shape(refused.json()) == shape(ANSWERS[-1])
    assert refused.json()["errors"] == ANSWERS[-1]["errors"]


async def test_questions_behind_a_link_look_as_the_page_says(intake: Intake):
    front = await asked(intake, "phq-9")

    assert shape(front.told) == shape(BEHIND_A_LINK)


async def test_an_answer_with_a_ticket_is_taken_as_the_page_says(intake: Intake):
    front = await opened(await Patient.who_asked(intake))
    method, path, headers, body = WITH_A_TICKET
    sent = {**dict(re.findall(r"([\w-]+): (.*)", headers)), **front.headers}

    answer = await intake.http.request(
        method, path.replace("<token>", front.address.rpartition("/")[2]), content=body, headers=sent
    )

    assert (answer.status_code, answer.json()["answered"]) == (200, ["phq-9-1"])


def test_the_page_has_an_answer_for_each_request_and_a_refusal():
    assert (len(REQUESTS), len(ANSWERS)) == (2, 3)
