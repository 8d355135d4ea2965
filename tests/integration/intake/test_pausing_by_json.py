"""The link to go on later, asked for by JSON: to the address that was given, a few times, and once for each key."""

import pytest

from services.intake.use_cases.pause_request import MOST
from tests.integration.intake.conftest import Intake
from tests.integration.intake.front_end import FrontEnd

KEY = "0b0e7f6e-9a1e-4b8e-8f64-2f0a3b1c9d55"


@pytest.fixture
async def begun(intake: Intake) -> FrontEnd:
    return await (await FrontEnd(intake).begin()).walk_to("reasons")


async def pause(front: FrontEnd, **headers: str):
    return await front.intake.http.post(front.told["links"]["pause"], headers=headers)


async def test_it_is_sent_and_the_answer_says_until_when_it_leads_back(begun: FrontEnd):
    answer = await pause(begun)

    [(topic, said)] = await begun.intake.said()
    assert (answer.status_code, topic) == (202, "request-paused")
    assert answer.json() == {"kept_until": said["expires_at"]}


async def test_sent_again_with_its_key_it_is_one_letter(begun: FrontEnd):
    first, again = [await pause(begun, **{"Idempotency-Key": KEY}) for _ in range(2)]

    assert (again.status_code, again.json()) == (202, first.json())
    assert len(await begun.intake.said()) == 1


async def test_without_an_address_it_says_which_page_asks_for_one(intake: Intake):
    answer = await pause(await FrontEnd(intake, language="es").begin())

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "link-not-sent")
    assert answer.json()["detail"].startswith("Escriba su correo electrónico")
    assert await intake.said() == []


async def test_a_few_times_and_then_it_is_said(begun: FrontEnd):
    answers = [await pause(begun) for _ in range(MOST + 1)]

    assert [answer.status_code for answer in answers] == [202] * MOST + [409]
    assert f"sent you this link {MOST} times" in answers[-1].json()["detail"]
    assert len(await begun.intake.said()) == MOST


async def test_help_stands_in_a_refusal_too(intake: Intake):
    begun = await FrontEnd(intake).begin()
    begun.answers |= {"reasons": ["suicidal-ideation"]}
    await begun.walk_to("reasons")
    begun.told = (await begun.answer()).json()
    for _ in range(MOST):
        await pause(begun)

    assert "988" in (await pause(begun)).json()["urgent_help"]["text"]


async def test_what_was_sent_needs_no_link(begun: FrontEnd):
    await begun.walk_to()
    location = (await begun.send()).headers["location"]

    answer = await pause(begun)

    assert (answer.status_code, answer.json()["request"]) == (409, location)
