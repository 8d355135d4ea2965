"""What staff read of a request that was filled in page by page: screening, scores, answers, and why it awaits them."""

import pytest

from services.intake.domain.screening import Answer
from services.intake.store.version_kinds import SCREENING
from shared.events.staff import Role
from shared.versions.in_force import rules_in_force
from tests.integration.intake.conftest import Intake, words
from tests.integration.intake.guided import Walk


@pytest.fixture
async def walk(intake: Intake) -> Walk:
    await intake.sign_in()
    return await Walk.begin(intake)


async def page_of(walk: Walk, intake: Intake) -> str:
    submitted = await walk.send()
    return words(await intake.page(f"/staff/requests/{submitted.request.id}"))


async def all_clear(walk: Walk, intake: Intake, **instead: str) -> None:
    async with intake.database.transaction(read_only=True) as tx:
        rules = (await rules_in_force(tx, SCREENING, intake.clinic_id)).content
    clear = {
        item.id: next((one for one in Answer if not item.weighs.of(one).awaits), Answer.NO) for item in rules.items
    }
    await walk.save("health-all", {name: (instead.get(name, answer),) for name, answer in clear.items()})


async def test_scores_stand_with_their_bands_and_every_answer(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await walk.say(**{f"phq_9_{item}": "2" for item in range(1, 9)}, phq_9_9="0")

    page = await page_of(walk, intake)

    assert "PHQ-9 16 of 27 Moderately severe" in page
    assert "More than half the days (2)" in page


async def test_whoever_reads_a_score_is_told_that_its_wording_was_a_translation(intake: Intake):
    await intake.sign_in()
    walk = await Walk.begin(intake, "es")
    await walk.filled("substance-use")
    await walk.say(
        **{f"audit_c_{item}": "1" for item in range(1, 4)}, **{f"dast_10_{item}": "0" for item in range(1, 11)}
    )

    page = await page_of(walk, intake)

    assert "DAST-10 0 of 10 Below the cut-point wording in Spanish: translated, not validated" in page
    assert page.count("translated, not validated") == 2, "with the score, and in its course over time"


async def test_nothing_is_said_of_wordings_to_those_who_read_english(walk: Walk, intake: Intake):
    await walk.filled("substance-use")

    assert "not validated" not in await page_of(walk, intake)


async def test_too_much_left_out_is_no_score(walk: Walk, intake: Intake):
    await walk.filled("anxiety")

    assert "too much was left out (7 of 7)" in await page_of(walk, intake)


async def test_a_finding_says_why_under_which_rules_and_nothing_is_booked(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await all_clear(walk, intake, pregnancy="yes")

    page = await page_of(walk, intake)

    assert "Not booked: screening says stop. Pregnancy or breastfeeding: hard stop." in page
    assert "Rules, version 1" in page
    assert "Needs a decision" in page
    [(_, event)] = await intake.said()
    assert (event["disposition"], event["awaits"]) == ("await", "screening")
    assert "the screening of its answers needs a decision" in words(await intake.page("/staff/requests"))


async def test_who_is_clear_is_booked_by_itself(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await all_clear(walk, intake)

    page = await page_of(walk, intake)

    assert "Not booked" not in page
    [(_, event)] = await intake.said()
    assert (event["disposition"], event["awaits"]) == ("book", None)


async def test_staff_let_it_be_booked_after_they_decided(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await all_clear(walk, intake, pregnancy="unsure")
    request = (await walk.send()).request

    await intake.sign_in(Role.CLINICIAN)
    await intake.http.post(f"/staff/requests/{request.id}/clear", data={"seen": 1})

    topic, event = (await intake.said())[-1]
    assert (topic, event["disposition"], event["awaits"]) == ("consultation-cleared", "book", None)
    page = words(await intake.page(f"/staff/requests/{request.id}"))
    assert "Not booked" not in page
    assert "Pregnancy" in page


async def test_a_question_about_safety_that_was_left_out_is_for_staff_to_ask(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await walk.save("phq-9-9", {})

    assert "They left out a question about their safety" in await page_of(walk, intake)


async def test_a_request_of_the_short_form_has_no_such_part(intake: Intake):
    await intake.submitted()
    await intake.sign_in()
    [row] = await intake.rows("select id from consultation_request")

    page = words(await intake.page(f"/staff/requests/{row['id']}"))

    assert "Screening" not in page
    assert "Health questions" not in page


async def test_the_page_of_the_consultation_fetches_what_was_answered_and_nothing_else(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await walk.say(**{f"phq_9_{item}": "2" for item in range(1, 9)}, phq_9_9="0")
    submitted = await walk.send()

    fragment = await intake.page(f"/staff/requests/{submitted.request.id}/reading")

    assert "PHQ-9 16 of 27 Moderately severe" in words(fragment)
    assert "<html" not in fragment
    assert "How to reach them" not in fragment
