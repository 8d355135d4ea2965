"""A patient opens the link of a questionnaire on a phone: who they are, one question a page, help, and their own trend."""

import gzip
from datetime import timedelta

import pytest

from services.intake.domain.questionnaire.questionnaire import RENEWALS, TRIES
from shared.web.visit import LASTS
from tests.integration.intake.conftest import Intake
from tests.integration.intake.guided_pages import Visitor
from tests.integration.intake.questionnaires import Patient, bodies

BORN = {"born_year": "1984", "born_month": "7", "born_day": "19"}
WRONG = {**BORN, "born_day": "20"}
HELP = 'id="crisis-now"'
BEFORE = {f"phq_9_{n}": "2" for n in range(1, 9)} | {"phq_9_9": "0"}


async def at_the_door(patient: Patient) -> Visitor:
    return await Visitor(patient.intake).open(f"/q/{await patient.asked()}")


async def inside(patient: Patient) -> Visitor:
    return await (await at_the_door(patient)).press(**BORN)


async def answer_all(visitor: Visitor, value: str = "1", **others: str) -> Visitor:
    while visitor.slug != "thanks":
        reply = "no" if visitor.slug.startswith(("screener-", "safety")) else value
        await visitor.press(**{visitor.slug: others.get(visitor.slug.replace("-", "_"), reply)})
        assert visitor.status == 200, visitor.read
    return visitor


async def test_nothing_is_shown_before_the_date_of_birth(intake: Intake):
    patient = await Patient.who_asked(intake)
    visitor = await at_the_door(patient)

    await visitor.open(f"{visitor.at}/phq-9-1")

    assert visitor.at == f"/q/{(await patient.links())[0]}/en"
    assert "Your date of birth" in visitor.read
    assert "Marchetti" not in visitor.page


async def test_with_it_the_first_question_opens(intake: Intake):
    visitor = await inside(await Patient.who_asked(intake))

    assert visitor.slug == "phq-9-1"
    assert "Question 1 of 9" in visitor.read


@pytest.mark.parametrize("typed", [WRONG, {**BORN, "born_year": "nineteen"}, {**BORN, "born_month": "<b>"}])
async def test_what_does_not_fit_is_said_and_can_be_tried_again(intake: Intake, typed: dict):
    visitor = await at_the_door(await Patient.who_asked(intake))

    await visitor.press(**typed)
    assert visitor.status == 422
    assert "does not fit" in visitor.read
    await visitor.press(**BORN)

    assert visitor.slug == "phq-9-1"


@pytest.mark.parametrize("typed", [{}, {**BORN, "born_day": ""}, {**BORN, "born_year": " "}])
async def test_a_field_that_was_left_empty_is_asked_for_again_and_is_no_try(intake: Intake, typed: dict):
    visitor = await at_the_door(await Patient.who_asked(intake))

    for _ in range(TRIES + 1):
        await visitor.press(**typed)
        assert visitor.status == 422
    assert "Write the whole date" in visitor.read
    assert "does not fit" not in visitor.read
    await visitor.press(**BORN)

    assert visitor.slug == "phq-9-1"


async def test_after_too_many_tries_the_right_date_opens_nothing_either(intake: Intake):
    visitor = await at_the_door(await Patient.who_asked(intake))
    door = visitor.at
    for _ in range(TRIES):
        await visitor.open(door)
        await visitor.press(**WRONG)
    closed = visitor.page

    answer = await intake.http.post(door, data=BORN)

    assert "set-cookie" not in answer.headers
    assert (await visitor.open(door)).page == closed
    assert "does not open any more" in visitor.read


async def test_without_a_date_on_file_the_last_name_opens_it(intake: Intake):
    visitor = await at_the_door(await Patient.by_the_short_form(intake))

    assert "Your last name" in visitor.read
    await visitor.press(last_name="marchetti")

    assert visitor.slug == "phq-9-1"


async def test_who_comes_back_later_says_again_who_they_are(intake: Intake):
    visitor = await inside(await Patient.who_asked(intake))
    await visitor.press(**{"phq-9-1": "1"})
    intake.clock.advance(LASTS)

    await visitor.open(visitor.at)
    assert "Your date of birth" in visitor.read
    await visitor.press(**BORN)

    assert visitor.slug == "phq-9-2"


async def test_the_cookie_of_one_link_opens_no_other(intake: Intake):
    first, second = await Patient.who_asked(intake), await Patient.who_asked(intake)
    await inside(first)
    (cookie,) = [one for one in intake.http.cookies.jar if one.name == "questions"]
    token = await second.asked()

    answer = await intake.http.get(f"/q/{token}/en/phq-9-1", headers={"Cookie": f"questions={cookie.value}"})

    assert answer.headers["location"] == f"/q/{token}/en"


async def test_item_9_above_zero_brings_help_and_the_screener_at_once(intake: Intake):
    visitor = await inside(await Patient.who_asked(intake))
    for n in range(1, 9):
        await visitor.press(**{f"phq-9-{n}": "0"})
    assert HELP not in visitor.page

    await visitor.press(**{"phq-9-9": "1"})

    assert visitor.slug == "screener-wish"
    assert HELP in visitor.page
    assert len(await bodies(intake, "risk-raised")) == 1


async def test_the_last_answer_leads_to_thanks_and_help_stays_there(intake: Intake):
    visitor = await inside(await Patient.who_asked(intake))

    await answer_all(visitor, phq_9_9="1")

    assert HELP in visitor.page
    assert "Your answers have arrived" in visitor.read
    assert len(await bodies(intake, "questionnaire-completed")) == 1


async def test_the_patient_sees_their_own_numbers_beside_those_from_before(intake: Intake):
    visitor = await inside(await Patient.who_asked(intake, **BEFORE))

    await answer_all(visitor, "0")

    assert "Right now there are few signs of it left." in visitor.read
    assert "16" in visitor.read
    assert "before your first visit" in visitor.read
    assert "<polyline" in visitor.page


@pytest.mark.parametrize(
    ("reasons", "pages", "fields"),
    [(["chronic-pain"], 3, 5), (["depression"], 10, 12), (["depression", "anxiety"], 17, 19)],
)
async def test_the_way_is_as_short_as_the_documentation_says(
    intake: Intake, reasons: list[str], pages: int, fields: int
):
    visitor = await at_the_door(await Patient.who_asked(intake, *reasons))
    seen = [visitor.slug]
    await visitor.press(**BORN)

    while visitor.slug != "thanks":
        seen.append(visitor.slug)
        reply = "no" if visitor.slug == "safety" else "0"
        await visitor.press(**{visitor.slug: reply})

    assert (len(seen), len(BORN) + len(seen) - 1) == (pages, fields)


async def test_a_page_that_was_changed_in_another_window_shows_both(intake: Intake):
    visitor = await inside(await Patient.who_asked(intake))
    other = await Visitor(intake).open(visitor.at)
    await visitor.press(**{"phq-9-1": "0"})

    await other.press(**{"phq-9-1": "3"})

    assert other.status == 409
    assert "Not at all" in other.read


async def test_a_question_can_be_left_out_and_an_answer_off_the_list_is_none(intake: Intake):
    visitor = await inside(await Patient.who_asked(intake))

    await visitor.press(**{"phq-9-1": "7"})
    assert visitor.status == 422
    await visitor.press(skip="1")

    assert visitor.slug == "phq-9-2"


async def test_an_ended_link_leads_to_a_new_one_that_is_mailed_and_never_shown(intake: Intake):
    patient = await Patient.who_asked(intake)
    visitor = await at_the_door(patient)
    intake.clock.advance(timedelta(days=30))
    await visitor.open(visitor.at)
    assert visitor.status == 410

    await visitor.press()

    _, new = await patient.links()
    assert "A new link is on its way" in visitor.read
    assert new not in visitor.page
    await (await visitor.open(f"/q/{new}")).press(**BORN)
    assert visitor.slug == "phq-9-1"


async def test_new_links_are_not_without_end(intake: Intake):
    patient = await Patient.who_asked(intake)
    await patient.asked()
    for _ in range(RENEWALS):
        intake.clock.advance(timedelta(days=30))
        await (await Visitor(intake).open(f"/q/{(await patient.links())[-1]}")).press()
    intake.clock.advance(timedelta(days=30))

    visitor = await Visitor(intake).open(f"/q/{(await patient.links())[-1]}")

    assert "<form" not in visitor.page
    assert "Call us" in visitor.read


async def test_a_link_that_there_is_none_of_says_so_kindly(intake: Intake):
    visitor = await Visitor(intake).open("/q/nothing/es")

    assert visitor.status == 404
    assert "Este enlace no lleva a ninguna parte" in visitor.read


async def test_somebody_who_was_erased_has_no_link_any_more(intake: Intake):
    patient = await Patient.who_asked(intake)
    visitor = await at_the_door(patient)
    await intake.app.state.keyring.erase(patient.cipher.patient_id)

    await visitor.open(visitor.at)

    assert visitor.status == 404


async def test_every_page_is_light_and_in_spanish_too(intake: Intake):
    patient = await Patient.who_asked(intake)
    visitor = await Visitor(intake).open(f"/q/{await patient.asked()}/es")
    assert "¿Cómo ha estado desde su visita?" in visitor.read

    await visitor.press(**BORN)
    while visitor.slug != "thanks":
        assert len(gzip.compress(visitor.page.encode())) < 8_000
        assert "Pregunta" in visitor.read
        await visitor.press(**{visitor.slug: "no" if visitor.slug.startswith("screener-") else "1"})

    assert "Sus respuestas llegaron" in visitor.read
