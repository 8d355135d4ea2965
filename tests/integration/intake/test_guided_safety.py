"""Somebody at risk: help stands there with the answer that shows it, and from then on; staff hear of it before it is sent."""

import re

from services.intake.domain.guided.walk import CHECK
from tests.integration.intake.conftest import Intake
from tests.integration.intake.guided_pages import SHORTEST, Visitor

MOOD = {**SHORTEST, "reasons": {"reasons": "depression"}, **{f"phq-9-{n}": {f"phq-9-{n}": "1"} for n in range(1, 10)}}
HELP = 'id="crisis-now"'


async def risks(intake: Intake) -> list[str]:
    return [body["level"] for topic, body in await intake.said() if topic == "risk-raised"]


async def test_suicide_named_as_a_reason_brings_help_and_the_screener_at_once(intake: Intake):
    visitor = await Visitor(intake, {**SHORTEST, "reasons": {"reasons": "suicidal-ideation"}}).begin()
    await visitor.walk_to("reasons")
    assert HELP not in visitor.page

    await visitor.answer()

    assert visitor.slug == "screener-wish"
    assert HELP in visitor.page
    assert await risks(intake) == ["unassessed"]
    assert await intake.count("consultation_request") == 0


async def test_item_9_above_zero_brings_help_with_the_next_page_and_the_request_goes_on(intake: Intake):
    visitor = await Visitor(intake, MOOD).begin()
    await visitor.walk_to("phq-9-9")
    assert HELP not in visitor.page

    await visitor.answer()
    await visitor.walk_to_the_end_of_the_screener()

    assert visitor.slug == "when"
    assert HELP in visitor.page
    assert await risks(intake) == ["unassessed", "low", "moderate", "high"]


async def test_help_stays_when_the_answer_is_taken_back(intake: Intake):
    visitor = await Visitor(intake, {**SHORTEST, "safety": {"safety": "yes"}}).begin()
    await visitor.walk_to("screener-wish")
    await visitor.open(visitor.at.replace("screener-wish", "safety"))

    await visitor.answer(safety="no")

    assert visitor.slug == "when"
    assert HELP in visitor.page


async def test_help_is_said_at_length_where_safety_is_asked_about_and_briefly_afterwards(intake: Intake):
    visitor = await Visitor(intake, {**SHORTEST, "safety": {"safety": "yes"}}, "es").begin()
    await visitor.walk_to("screener-wish")
    assert "No tiene que quedarse solo(a) con eso" in visitor.read

    await visitor.walk_to_the_end_of_the_screener()

    assert "No tiene que quedarse solo(a) con eso" not in visitor.read
    assert re.search(r'id="crisis-now".*href="tel:988".*href="sms:988"', visitor.page, re.DOTALL)


async def test_a_question_about_safety_can_be_left_out_and_staff_see_the_request_sooner(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("safety")

    await visitor.press(skip="1")
    await visitor.walk_to(CHECK)
    assert "Skipped" in visitor.read
    await visitor.press()

    (requested,) = [body for topic, body in await intake.said() if topic == "consultation-requested"]
    assert requested["urgency"] == "soon"


async def test_a_risk_in_what_a_second_window_may_not_overwrite_is_raised_all_the_same(intake: Intake):
    first = await Visitor(intake).begin()
    await first.walk_to("safety")
    second = await Visitor(intake).open(first.at)
    await first.answer(safety="no")

    await second.answer(safety="yes")

    assert second.status == 409
    assert HELP in second.page
    assert await risks(intake) == ["unassessed"]
