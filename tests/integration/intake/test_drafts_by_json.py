"""A request question by question through the JSON API: the walk and the rules of the pages, and their words as data."""

import asyncio
from datetime import timedelta

import pytest

from tests.integration.intake.conftest import Intake, errors_of
from tests.integration.intake.front_end import DRAFTS, FrontEnd
from tests.integration.intake.guided_pages import Visitor


@pytest.fixture
async def begun(intake: Intake) -> FrontEnd:
    return await FrontEnd(intake).begin()


async def test_a_front_end_that_knows_no_question_gets_a_request_sent(begun: FrontEnd):
    await begun.walk_to()

    sent = await begun.send()

    assert sent.status_code == 201
    assert sent.json()["reference"] == begun.told["reference"]
    status = await begun.intake.http.get(sent.headers["location"])
    assert status.json()["state"] == "received"
    assert [topic for topic, _ in await begun.intake.said()] == ["consultation-requested"]


async def test_it_is_asked_what_the_pages_ask(begun: FrontEnd):
    await begun.walk_to()
    visitor = await Visitor(begun.intake).begin()
    await visitor.walk_to("check")

    assert begun.asked == visitor.seen[1:-1]


async def test_somebody_goes_on_at_the_pages_with_what_a_front_end_has_kept(begun: FrontEnd):
    await begun.walk_to("reasons")

    page = await begun.intake.http.get(f"/request/g/{begun.token}", follow_redirects=True)

    assert page.url.path.endswith("/reasons")


async def test_words_come_in_the_language_that_is_asked_for(begun: FrontEnd):
    await begun.walk_to("reasons")

    spanish = (await begun.look("draft", language="es")).json()["next"]

    assert spanish["asks"] == "¿En qué le gustaría recibir ayuda?"
    assert [option["value"] for option in spanish["fields"][0]["options"]] == [
        option["value"] for option in begun.question["fields"][0]["options"]
    ]


async def test_words_are_plain_text(begun: FrontEnd):
    begun.answers["reasons"] = ["depression", "suicidal-ideation"]

    while begun.told["next"]:
        assert "<" not in str(begun.question)
        begun.told = (await begun.answer()).json()


async def test_what_is_wrong_has_its_pointer_and_a_sentence_in_the_language(intake: Intake):
    begun = await FrontEnd(intake, language="es").begin()
    await begun.walk_to("contact")

    answer = await begun.say("contact", {"email": "ines", "language": "es"})

    assert errors_of(answer)["#/values/email"] == "Escriba un correo electrónico como nombre@example.com."
    assert "#/values/consents" in errors_of(answer)


async def test_a_field_that_the_question_does_not_have_is_refused(begun: FrontEnd):
    await begun.walk_to("name")

    answer = await begun.say("name", {"name": "Ines", "sur/name": "Marchetti"})

    assert set(errors_of(answer)) == {"#/values/sur~1name"}


async def test_a_question_that_has_not_come_is_not_open(begun: FrontEnd):
    ahead = await begun.say("consent", {"agreed": "privacy-1"})
    unheard_of = await begun.say("shoe-size", {"shoe-size": "44"})

    for answer in (ahead, unheard_of):
        assert (answer.status_code, answer.json()["next"]) == (409, "born")


async def test_a_minor_is_told_where_help_is_and_nothing_is_kept(begun: FrontEnd):
    answer = await begun.say("born", {"born": "2012-01-01"})

    assert answer.status_code == 422
    assert "988" in answer.json()["other_help"]["now"]
    assert (await begun.look("draft")).json()["answered"] == ["who"]


async def test_an_answer_that_was_changed_elsewhere_is_shown_and_not_overwritten(begun: FrontEnd):
    await begun.walk_to("name")
    await begun.say("name", {"name": "Ines"})

    second = await begun.say("name", {"name": "Inés"})

    assert second.status_code == 409
    assert (second.json()["asked"]["values"], second.json()["asked"]["revision"]) == ({"name": ["Ines"]}, 1)
    assert (await begun.say("name", {"name": "Inés"}, 1)).status_code == 200


async def test_a_question_may_be_left_out_where_it_says_so(begun: FrontEnd):
    await begun.walk_to("pain-nrs-1")

    assert begun.question["may_skip"] is True
    assert (await begun.say("pain-nrs-1", {}, sent={"skip": True})).status_code == 200
    assert set(errors_of(await begun.say("name", {}, sent={"skip": True}))) == {"#/skip"}


async def test_all_answers_are_told_in_words_before_they_are_sent(begun: FrontEnd):
    too_early = await begun.look("check")
    await begun.walk_to()

    check = (await begun.look("check")).json()

    assert (too_early.status_code, too_early.json()["next"]) == (409, "born")
    lines = {one["question"]: one["lines"] for section in check["sections"] for one in section["answers"]}
    assert lines["born"] == [{"asks": "", "answer": "July 19, 1984"}]


async def test_nothing_is_sent_before_everything_is_answered(begun: FrontEnd):
    answer = await begun.send()

    assert (answer.status_code, answer.json()["next"]) == (409, "born")
    assert await begun.intake.count("consultation_request") == 0


async def test_an_answer_that_time_has_overtaken_is_asked_once_more(begun: FrontEnd):
    await begun.walk_to("when")
    begun.told = (await begun.answer(not_before="2026-06-16")).json()
    await begun.walk_to()
    begun.intake.clock.advance(timedelta(days=3))

    answer = await begun.send()

    assert (answer.status_code, answer.json()["next"]) == (409, "when")


async def test_sent_however_often_it_is_one_request(begun: FrontEnd):
    await begun.walk_to()

    answers = await asyncio.gather(*(begun.send() for _ in range(6)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await begun.intake.count("consultation_request") == 1


async def test_after_it_was_sent_it_says_where_it_stands(begun: FrontEnd):
    await begun.walk_to()
    location = (await begun.send()).headers["location"]

    draft = (await begun.look("draft")).json()
    late = await begun.say("name", {"name": "Somebody Else"}, 1)
    odd = await begun.say("shoe-size", {"shoe-size": "44"})

    assert (draft["state"], draft["links"]["request"]) == ("sent", location)
    for answer in (late, odd, await begun.look("check")):
        assert (answer.status_code, answer.json()["request"]) == (409, location)


async def test_what_there_is_none_of_is_told_with_a_way_to_begin_anew(intake: Intake):
    for path in (f"{DRAFTS}/{'0' * 43}", f"{DRAFTS}/{'0' * 43}/questions/name", f"{DRAFTS}/{'0' * 43}/check"):
        answer = await intake.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json")
        assert "begin anew" in answer.json()["what_to_do"]
