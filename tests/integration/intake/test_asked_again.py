"""Staff ask for pages of the guided request once more: just these, in its look, with the screener when it is due."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.intake.domain.information import LIFE
from shared.events.staff import Role
from tests.integration.intake.asked import answer, ask, link
from tests.integration.intake.conftest import Intake, words
from tests.integration.intake.decisions import acts, as_clinician, press, row_of, screened, sent, topics
from tests.integration.intake.guided_pages import HTML, Visitor
from tests.integration.intake.risks import take_all_risks


async def asked(intake: Intake, *pages: str, request_id: UUID | None = None, **fields: object) -> tuple[UUID, Visitor]:
    """The request, and its patient before the first page that was asked for."""
    request_id = request_id or await sent(intake)
    await intake.sign_in(Role.FRONT_DESK)
    version = (await row_of(intake, request_id))["version"]
    response = await ask(intake, request_id, seen=version, pages=list(pages), **fields)
    assert response.status_code == 303, words(response.text)
    return request_id, await Visitor(intake).open(await link(intake))


async def finish(visitor: Visitor) -> Visitor:
    """Answers what comes, no to health and zero to scales, until nothing more is asked."""
    while visitor.slug.startswith(("health-", "phq-9-", "gad-7-", "screener-")):
        given = visitor.health if visitor.slug.startswith("health-") else {visitor.slug: "0"}
        await visitor.press(**({visitor.slug: "no"} if visitor.slug.startswith("screener-") else given))
    return visitor


async def test_the_patient_gets_exactly_these_pages_in_the_look_of_the_request(intake: Intake):
    _, patient = await asked(intake, "health-heart")

    assert patient.slug == "health-heart"
    assert "Question 1 of 1" in patient.read
    await patient.press(**patient.health)
    assert "We have your answers" in patient.read


async def test_what_came_back_is_read_under_the_rules_and_told_to_staff(intake: Intake):
    request_id, patient = await asked(intake, "health-heart")

    await patient.press(**dict.fromkeys(patient.health, "yes"))

    assert (await topics(intake))[-1] == "information-given"
    assert (await acts(intake, request_id))[-1] == ("answered", None)
    page = words(await intake.page(f"/staff/requests/{request_id}"))
    assert "read under rules version 1" in page
    [kept] = await intake.rows("select rules_version from information_reading")
    assert kept["rules_version"] == 1


async def test_what_differs_from_the_request_is_shown_beside_it_and_the_request_stays_as_it_was(intake: Intake):
    request_id = await screened(intake)
    before = await intake.rows("select reading from request_answers")
    _, patient = await asked(intake, "health-body", request_id=request_id)

    await finish(patient)

    page = words(await intake.page(f"/staff/requests/{request_id}"))
    assert "Some answers differ from those of the request" in page
    assert "before: left out" in page
    assert await intake.rows("select reading from request_answers") == before


async def test_a_stop_that_is_found_afterwards_takes_who_prescribes_to_accept(intake: Intake):
    request_id = await screened(intake)
    _, patient = await asked(intake, "health-heart", request_id=request_id)
    await patient.press(**dict.fromkeys(patient.health, "yes"))
    await as_clinician(intake)

    page = words(await intake.page(f"/staff/requests/{request_id}"))

    assert "screening says stop" in page


async def test_item_9_above_zero_leads_to_the_screener_and_raises_the_risk_with_the_answer(intake: Intake):
    request_id, patient = await asked(intake, "phq-9")
    while patient.slug != "phq-9-9":
        await patient.press(**{patient.slug: "0"})

    await patient.press(**{"phq-9-9": "1"})

    assert patient.slug == "screener-wish"
    assert "Help is there right now" in patient.read
    [flag] = await intake.rows("select level, request_id from risk_flag")
    assert flag == {"level": "unassessed", "request_id": request_id}


async def test_the_screener_raises_what_it_finds_and_staff_read_it(intake: Intake):
    request_id, patient = await asked(intake, "phq-9")
    while patient.slug.startswith("phq-9-"):
        await patient.press(**{patient.slug: "1"})

    await patient.walk_to_the_end_of_the_screener()

    levels = [flag["level"] for flag in await intake.rows("select level from risk_flag order by raised_at, id")]
    assert levels[-1] == "high"
    assert "We have your answers" in patient.read
    assert "C-SSRS" in words(await intake.page(f"/staff/requests/{request_id}"))


async def test_a_yes_among_the_free_questions_leads_to_the_screener_too(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)
    path = await link(intake)

    done = await answer(intake, path, safety="yes")
    patient = await Visitor(intake).open(done.headers["location"])

    assert patient.slug == "screener-wish"
    await patient.walk_to_the_end_of_the_screener()
    levels = [flag["level"] for flag in await intake.rows("select level from risk_flag order by raised_at, id")]
    assert (levels[0], levels[-1]) == ("unassessed", "high")


async def test_a_no_among_them_leads_to_none(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)

    done = await answer(intake, await link(intake), safety="no")

    assert "We have your answers" in (await Visitor(intake).open(done.headers["location"])).read


async def test_pages_come_first_and_free_questions_after_them(intake: Intake):
    _, patient = await asked(intake, "health-heart", questions=["medicines"])

    await patient.press(**patient.health)

    assert "Which medicines do you take now?" in patient.read


async def test_an_answer_of_another_window_is_not_overwritten_and_its_risk_is_raised_once(intake: Intake):
    _, patient = await asked(intake, "phq-9", "gad-7")
    while patient.slug != "phq-9-9":
        await patient.press(**{patient.slug: "0"})
    page = patient.at
    await intake.http.post(page, data={"phq-9-9": "0", "revision": "0"}, headers=HTML)

    for _ in range(2):
        other = await intake.http.post(page, data={"phq-9-9": "3", "revision": "0"}, headers=HTML)

        assert other.status_code == 409
        assert "changed in another window" in words(other.text)
    assert (await topics(intake)).count("risk-raised") == 1


async def test_after_the_last_answer_none_is_changed(intake: Intake):
    _, patient = await asked(intake, "health-heart")
    page, given = patient.at, patient.health
    await patient.press(**given)
    before = await intake.rows("select said from information_ask")

    await intake.http.post(page, data={**dict.fromkeys(given, "yes"), "revision": "1"}, headers=HTML)

    assert await intake.rows("select said from information_ask") == before


async def test_a_risk_that_comes_after_the_last_answer_or_the_end_of_the_link_is_raised(intake: Intake):
    _, patient = await asked(intake, "phq-9")
    await finish(patient)
    intake.clock.advance(LIFE)

    late = await intake.http.post(f"{patient.link}/phq-9-9", data={"phq-9-9": "3", "revision": "1"}, headers=HTML)

    assert late.status_code == 303
    assert "risk-raised" in await topics(intake)


async def test_what_was_not_asked_for_does_not_open(intake: Intake):
    _, patient = await asked(intake, "health-heart")

    for slug in ("name", "contact", "health-body", "phq-9-1", "screener-wish", "safety"):
        await patient.open(f"{patient.link}/{slug}")
        assert patient.slug == "health-heart"
        sent_there = await intake.http.post(f"{patient.link}/{slug}", data={slug: "no"}, headers=HTML)
        assert sent_there.status_code == 303
    [ask] = await intake.rows("select said, risk from information_ask")
    assert ask == {"said": None, "risk": None}


async def test_a_page_that_is_not_offered_cannot_be_asked(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()

    for page in ("name", "born", "madrs", "health-unknown"):
        assert (await ask(intake, request_id, pages=[page])).status_code == 422
    assert "information-asked" not in await topics(intake)


async def test_pages_come_in_the_patients_language(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await press(
        intake,
        request_id,
        "contact",
        name="Ines",
        email="ines@example.com",
        mobile="",
        consents="contact-email-1",
        language="es",
    )

    _, patient = await asked(intake, "health-heart", request_id=request_id)

    assert '<html lang="es"' in patient.page
    assert "Continuar" in patient.read


async def test_answers_are_sealed(intake: Intake):
    _, patient = await asked(intake, "health-heart")
    await patient.press(**dict.fromkeys(patient.health, "yes"))

    for table in ("information_ask", "information_reading", "outbox", "request_act"):
        assert "health-heart': {" not in str(await intake.rows(f"select * from {table}"))
        for row in await intake.rows(f"select * from {table}"):
            assert b'"yes"' not in b"".join(one for one in row.values() if isinstance(one, bytes))


async def test_a_risk_that_was_taken_is_raised_anew_by_a_graver_answer(intake: Intake):
    _, patient = await asked(intake, "phq-9")
    while patient.slug.startswith("phq-9-"):
        await patient.press(**{patient.slug: "1"})
    await take_all_risks(intake)

    await patient.walk_to_the_end_of_the_screener()

    assert await intake.count("risk_flag") > 1


async def ended(intake: Intake, *pages: str) -> tuple[UUID, Visitor]:
    request_id, patient = await asked(intake, *(pages or ("health-heart",)))
    intake.clock.advance(LIFE)
    return request_id, await patient.open(patient.link)


async def test_a_link_that_ended_offers_a_new_one_which_goes_to_the_address_on_file(intake: Intake):
    _, patient = await ended(intake)
    assert patient.status == 410
    old = await link(intake)

    await patient.press()

    assert "Look into your mailbox" in patient.read
    new = await link(intake)
    assert new != old
    assert (await Visitor(intake).open(new)).slug == "health-heart"


async def test_no_page_behind_a_link_that_ended_is_shown_or_kept(intake: Intake):
    _, patient = await asked(intake, "health-heart")
    page, given = patient.at, {**patient.health, "revision": "0"}
    intake.clock.advance(LIFE)

    await patient.open(page)
    await intake.http.post(page, data=given, headers=HTML)

    assert (patient.status, patient.at) == (410, patient.link)
    assert [row["said"] for row in await intake.rows("select said from information_ask")] == [None]


async def test_what_was_answered_goes_along_to_the_new_link(intake: Intake):
    _, patient = await asked(intake, "health-heart", "gad-7")
    await patient.press(**patient.health)
    intake.clock.advance(LIFE)
    await (await patient.open(patient.link)).press()

    again = await Visitor(intake).open(await link(intake))

    assert again.slug == "gad-7-1"


async def test_one_link_is_renewed_once_and_a_request_three_times(intake: Intake):
    _, patient = await ended(intake)
    for _ in range(2):
        await intake.http.post(f"{patient.link}/new-link", headers=HTML)
    assert (await topics(intake)).count("information-asked") == 2

    for _ in range(4):
        intake.clock.advance(LIFE)
        await intake.http.post(f"{await link(intake)}/new-link", headers=HTML)

    assert (await topics(intake)).count("information-asked") == 4


async def test_a_mailbox_is_not_flooded_and_whoever_asks_is_answered_alike(intake: Intake):
    links = []
    for _ in range(7):
        _, patient = await asked(intake, "health-heart", request_id=await sent(intake))
        links.append(patient.link)
    intake.clock.advance(LIFE + timedelta(hours=1))
    before = (await topics(intake)).count("information-asked")

    answers = [await intake.http.post(f"{one}/new-link", headers=HTML) for one in links]
    pages = [words((await intake.http.get(one.headers["location"], headers=HTML)).text) for one in answers]

    assert (await topics(intake)).count("information-asked") - before == 6
    assert len(set(pages)) == 1


async def test_a_link_that_still_opens_is_not_renewed(intake: Intake):
    _, patient = await asked(intake, "health-heart")

    await intake.http.post(f"{patient.link}/new-link", headers=HTML)

    assert (await topics(intake)).count("information-asked") == 1


@pytest.mark.parametrize("end", ["withdraw", "decline"])
async def test_after_the_end_of_a_request_no_new_link_is_offered_or_sent(intake: Intake, end: str):
    request_id, patient = await ended(intake)
    await as_clinician(intake)
    await press(intake, request_id, end, seen=2, because="not-suitable")

    await patient.open(patient.link)

    assert "Send me a new link" not in patient.read
    await intake.http.post(f"{patient.link}/new-link", headers=HTML)
    assert (await topics(intake)).count("information-asked") == 1
