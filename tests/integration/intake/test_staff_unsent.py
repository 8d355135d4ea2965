"""Somebody in danger who has not sent their request: staff see who it is and how to reach them, and nothing they need not."""

from uuid import uuid4

import pytest

from shared.events.staff import Role
from shared.keyring.keyring import CACHE_FOR
from tests.integration.intake.conftest import Intake, words
from tests.integration.intake.guided import CONTACT, NAME, Walk
from tests.integration.intake.risks import take_all_risks
from tests.keyring_line import KeyringLine

AT_RISK = "At risk, nobody has taken it yet"


@pytest.fixture
async def walk(intake: Intake) -> Walk:
    await intake.sign_in()
    return await Walk.begin(intake)


async def path(walk: Walk) -> str:
    return f"/staff/requests/{(await walk.draft()).request_id}"


async def test_the_page_says_who_it_is_and_how_to_reach_them(walk: Walk, intake: Intake):
    await walk.save("name", NAME)
    await walk.save("contact", CONTACT)
    await walk.say(reasons="depression", phq_9_9="3")

    page = words(await intake.page(await path(walk)))

    for known in (
        "Ines Marchetti",
        "(303) 555-0187",
        "ines@example.com",
        "Not sent yet",
        "Thoughts of suicide, not yet assessed, and nobody has taken it",
        "Nearly every day (3)",
    ):
        assert known in page
    assert (await walk.draft()).reference in page


async def test_a_risk_in_the_first_answer_leads_to_a_page_too(walk: Walk, intake: Intake):
    await walk.say(safety="yes")

    page = words(await intake.page(await path(walk)))

    assert "No name yet" in page
    assert "Phone not answered yet" in page
    assert "They have not come to the question how to reach them" in page


async def test_who_fills_it_in_for_somebody_is_named(walk: Walk, intake: Intake):
    await walk.save("helper", {"helper_name": ("Her brother Luca",), "authority": ("agreed",)})
    await walk.say(who="other", safety="yes")

    page = words(await intake.page(await path(walk)))

    assert "filled in by somebody else for them" in page
    assert "Filled in by Her brother Luca , for them" in page


async def test_a_phone_number_that_cannot_be_dialled_is_shown_as_it_was_typed(walk: Walk, intake: Intake):
    await walk.save("contact", {"mobile": ("my sister, next door",)})
    await walk.say(safety="yes")

    assert "my sister, next door (as it was typed)" in words(await intake.page(await path(walk)))


async def test_answers_that_show_no_risk_are_not_shown(walk: Walk, intake: Intake):
    await walk.save("health-body", {"pregnancy": ("yes",)})
    await walk.say(born="1984-07-19", safety="yes")

    page = words(await intake.page(await path(walk)))

    assert "regnan" not in page
    assert "1984" not in page


async def test_an_answer_that_was_changed_afterwards_is_told(walk: Walk, intake: Intake):
    await walk.say(reasons="depression", phq_9_9="3")
    await walk.say(phq_9_9="0")

    assert "An answer that showed the risk was changed afterwards" in words(await intake.page(await path(walk)))


async def test_it_stands_on_top_of_the_list_until_somebody_has_taken_it(walk: Walk, intake: Intake):
    await walk.save("name", NAME)
    await walk.say(safety="yes")
    await intake.submitted(name="Later Calm")
    page = words(await intake.page("/staff/requests"))
    assert page.index(AT_RISK) < page.index("Ines Marchetti") < page.index("Later Calm")

    await take_all_risks(intake)

    page = words(await intake.page("/staff/requests"))
    assert AT_RISK not in page
    assert "Ines Marchetti" not in page
    assert "The risk was taken by" in words(await intake.page(await path(walk)))


async def test_it_stands_there_also_when_nothing_else_waits(walk: Walk, intake: Intake):
    await walk.say(safety="yes")

    page = words(await intake.page("/staff/requests"))

    assert AT_RISK in page
    assert "No request is waiting" not in page


async def test_a_risk_that_rose_after_somebody_took_it_asks_again(walk: Walk, intake: Intake):
    await walk.say(safety="yes")
    await take_all_risks(intake)
    await walk.say(screener_plan="yes")

    assert "Risk, high" in words(await intake.page("/staff/requests"))
    assert "Suicide risk, high by the screener, and nobody has taken it" in words(await intake.page(await path(walk)))


async def test_a_risk_that_nobody_took_is_not_hidden_by_a_graver_one_that_somebody_did(walk: Walk, intake: Intake):
    await walk.say(safety="yes", screener_plan="yes")
    await take_all_risks(intake, "high")

    assert AT_RISK in words(await intake.page("/staff/requests"))


async def test_once_sent_the_same_address_shows_the_request(walk: Walk, intake: Intake):
    await walk.filled("suicidal-ideation")
    await walk.send()

    page = words(await intake.page(await path(walk)))

    assert "Not sent yet" not in page
    assert "Consultation" in page
    assert words(await intake.page("/staff/requests")).count("Ines Marchetti") == 1


async def test_who_shows_no_risk_and_has_not_sent_anything_is_nobodys_business(walk: Walk, intake: Intake):
    await walk.filled("depression")

    assert "There is no such request" in words(await intake.page(await path(walk), status=404))
    assert "Ines" not in await intake.page("/staff/requests")


async def test_nobody_sees_it_without_signing_in(walk: Walk, intake: Intake):
    await walk.say(safety="yes")
    where = await path(walk)
    intake.http.cookies.clear()

    for one in (where, f"{where}/state", f"{where}/live"):
        answer = await intake.http.get(one, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"][:20]) == (303, "/staff/session/renew")


@pytest.mark.parametrize("role", Role)
async def test_each_role_sees_it(walk: Walk, intake: Intake, role: Role):
    await walk.save("name", NAME)
    await walk.say(safety="yes")
    await intake.sign_in(role)

    assert "Ines Marchetti" in words(await intake.page(await path(walk)))


async def test_without_the_keyring_it_is_there_by_its_reference(walk: Walk, intake: Intake, keyring_line: KeyringLine):
    await walk.save("name", NAME)
    await walk.say(safety="yes")
    reference, where = (await walk.draft()).reference, await path(walk)
    intake.clock.advance(CACHE_FOR)
    await intake.sign_in()
    await keyring_line.cut()

    for one in (where, "/staff/requests"):
        page = words(await intake.page(one))
        assert "Names and phone numbers are missing for the moment" in page
        assert reference in page
        assert "Ines" not in page


async def test_a_draft_of_another_clinic_is_not_there(walk: Walk, intake: Intake):
    await walk.say(safety="yes")
    where = await path(walk)
    async with intake.database.transaction() as tx:
        await tx.execute("update request_draft set clinic_id = $1", other := uuid4())
        await tx.execute("update risk_flag set clinic_id = $1", other)

    await intake.page(where, status=404)
    assert AT_RISK not in words(await intake.page("/staff/requests"))


async def test_what_somebody_answered_does_not_show_itself_in_a_traceback(walk: Walk):
    await walk.filled()

    assert "Ines" not in repr(await walk.answers()) + repr(await walk.draft())
