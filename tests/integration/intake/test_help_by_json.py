"""From the first sign of a risk on, help stands in every answer: also in a refusal, and whatever limit is reached."""

import pytest

from services.intake.use_cases.count_beginning import Beginnings
from shared.keyring.blind_index import BlindIndex
from tests.integration.intake.conftest import INES, Intake
from tests.integration.intake.front_end import FrontEnd


@pytest.fixture
async def at_risk(intake: Intake) -> FrontEnd:
    """Thoughts of suicide were named as a reason."""
    front = FrontEnd(intake)
    front.answers["reasons"] = ["suicidal-ideation"]
    await (await front.begin()).walk_to("reasons")
    front.told = (await front.answer()).json()
    return front


async def test_help_comes_with_the_answer_that_shows_a_risk_and_staff_are_told(at_risk: FrontEnd):
    assert "988" in at_risk.told["urgent_help"]["text"]
    assert [topic for topic, _ in await at_risk.intake.said()] == ["risk-raised"]


async def test_help_stays_in_every_answer_from_then_on(at_risk: FrontEnd):
    changed = (await at_risk.say("reasons", {"reasons": ["chronic-pain"]}, 1)).json()
    refused = (await at_risk.say("name", {"name": ""}, 1)).json()
    elsewhere = (await at_risk.say("name", {"name": "Inés"})).json()
    ahead = (await at_risk.say("consent", {})).json()
    minor = (await at_risk.say("born", {"born": "2012-01-01"}, 1)).json()
    early = (await at_risk.send()).json()
    shown = (await at_risk.look("draft")).json()

    for told in (changed, refused, elsewhere, ahead, minor, early, shown):
        assert told["urgent_help"]["crisis_line"] == "988", told


async def test_help_stays_when_it_is_sent(at_risk: FrontEnd):
    await at_risk.walk_to()

    check, sent = await at_risk.look("check"), await at_risk.send()

    after = await at_risk.say("name", {"name": "Somebody Else"}, 1)
    status = await at_risk.intake.http.get(sent.headers["location"])
    for told in (check, sent, after, status):
        assert told.json()["urgent_help"]["crisis_line"] == "988"


async def test_a_risk_that_is_said_in_a_refused_answer_gets_help_all_the_same(intake: Intake):
    front = await (await FrontEnd(intake).begin()).walk_to("reasons")

    refused = await front.say("reasons", {"reasons": ["suicidal-ideation", "boredom"]})

    assert refused.status_code == 422
    assert "988" in refused.json()["urgent_help"]["text"]


async def test_a_risk_in_an_answer_that_could_not_be_kept_is_raised_and_gets_help(intake: Intake):
    front = await (await FrontEnd(intake).begin()).walk_to("reasons")
    await front.say("reasons", {"reasons": ["chronic-pain"]})

    elsewhere = await front.say("reasons", {"reasons": ["suicidal-ideation"]}, **{"Idempotency-Key": "0" * 36})
    again = await front.say("reasons", {"reasons": ["suicidal-ideation"]}, **{"Idempotency-Key": "0" * 36})

    for answer in (elsewhere, again):
        assert answer.status_code == 409
        assert "988" in answer.json()["urgent_help"]["text"]
    assert [topic for topic, _ in await intake.said()] == ["risk-raised"]


async def test_help_is_said_in_spanish_to_who_asks_in_spanish(intake: Intake):
    front = FrontEnd(intake, language="es")
    front.answers |= {"reasons": ["suicidal-ideation"], "language": "es", "consents": ["contact-email-1-es"]}
    await (await front.begin()).walk_to("reasons")

    told = (await front.answer()).json()

    assert "No tiene que" in told["urgent_help"]["text"]


async def test_who_may_begin_no_more_is_told_of_help_and_sends_the_short_request(intake: Intake):
    intake.app.state.beginnings = Beginnings(BlindIndex.from_settings(intake.app.state.settings, "intake"), 1)
    there = {"X-Forwarded-For": "9.9.9.9"}
    front = await FrontEnd(intake, headers=there).begin()

    refused = await front.try_to_begin()

    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert refused.json()["in_crisis"]["crisis_line"] == "988"
    short = await intake.http.post(
        refused.json()["short_request"], json={**INES, "reasons": ["suicidal-ideation"]}, headers=there
    )
    assert short.status_code == 201
    assert "988" in short.json()["urgent_help"]["text"]


async def test_answers_are_never_counted(intake: Intake):
    intake.app.state.beginnings = Beginnings(BlindIndex.from_settings(intake.app.state.settings, "intake"), 1)
    front = await FrontEnd(intake, headers={"X-Forwarded-For": "9.9.9.9"}).begin()
    assert (await front.try_to_begin()).status_code == 429

    await front.walk_to()

    assert (await front.send()).status_code == 201


BROKEN = {
    "an unknown field": b'{"name": "Ines", "reasons": ["suicidal-ideation"], "consents": [], "shoe_size": 38}',
    "a wrong kind": b'{"name": 7, "reasons": ["suicidal-ideation"], "consents": []}',
    "an unknown reason beside it": b'{"name": "Ines", "reasons": ["suicidal-ideation", "boredom"], "consents": []}',
    "a name twice": b'{"name": "Ines", "name": "Inez", "reasons": ["suicidal-ideation"], "consents": []}',
    "no end": b'{"name": "Ines", "reasons": ["suicidal-ideation"]',
    "no UTF-8": b'{"name": "\xff", "reasons": ["suicidal-ideation"], "consents": []}',
    "escapes": b'{"name": 7, "reasons": ["suicidal\\u002dideation"], "consents": []}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(
    ("language", "said"), [("en", "You need not be alone"), ("es-MX", "No tiene que quedarse solo(a)")]
)
async def test_a_body_that_cannot_be_read_and_names_suicide_is_answered_with_help(
    intake: Intake, body: bytes, language: str, said: str
):
    refused = await intake.http.post(
        "/api/consultation-requests",
        content=body,
        headers={"Content-Type": "application/json", "Accept-Language": language},
    )

    assert refused.status_code == 422
    assert said in refused.json()["urgent_help"]["text"]
    assert refused.json()["urgent_help"]["crisis_line"] == "988"
    assert refused.json()["errors"]


async def test_a_body_that_names_nothing_of_the_kind_is_refused_as_ever(intake: Intake):
    refused = await intake.ask({**INES, "shoe_size": 38})

    assert refused.status_code == 422
    assert "urgent_help" not in refused.json()


@pytest.mark.parametrize(
    "sent",
    [
        {"values": {"reasons": ["suicidal-ideation", "boredom"]}, "revision": 0},
        {"values": {"reasons": ["suicidal-ideation"]}, "revision": "the first"},
        {"values": {"reasons": ["suicidal-ideation"]}, "revision": 0, "mood": "low"},
    ],
    ids=["an unknown reason", "a revision that is no number", "an unknown field"],
)
async def test_a_risk_in_an_answer_that_is_refused_is_raised_once_and_gets_help(
    intake: Intake, sent: dict[str, object]
):
    front = await (await FrontEnd(intake).begin()).walk_to("reasons")
    path = front.told["links"]["question"].format(question="reasons")

    for _ in range(2):
        refused = await intake.http.post(path, json=sent)

        assert refused.status_code == 422
        assert "Our staff have been told" in refused.json()["urgent_help"]["text"]
    assert [topic for topic, _ in await intake.said()] == ["risk-raised"]
    assert (await front.look("draft")).json()["urgent_help"]["crisis_line"] == "988"


async def test_help_stays_when_an_answer_cannot_even_be_read(at_risk: FrontEnd):
    path = at_risk.told["links"]["question"].format(question="name")

    refused = await at_risk.intake.http.post(path, json={"values": {"name": "Ines"}, "revision": "the first"})

    assert refused.status_code == 422
    assert refused.json()["urgent_help"]["crisis_line"] == "988"


async def test_the_short_request_is_answered_in_the_language_that_is_asked_for(intake: Intake):
    taken = await intake.ask({**INES, "reasons": ["suicidal-ideation"]}, **{"Accept-Language": "es"})
    status = await intake.http.get(taken.headers["location"], headers={"Accept-Language": "es"})

    for told in (taken, status):
        assert "Nos contó que piensa en el suicidio" in told.json()["urgent_help"]["text"]
        assert told.json()["links"]["page"].endswith("/es")
