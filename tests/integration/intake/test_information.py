"""Staff ask for more; the patient answers behind a link of its own; a risk in the answer is raised with it."""

import asyncio
from datetime import timedelta

from services.intake.domain.information import LIFE
from shared.events.consultation_request import InformationAsked
from shared.events.staff import Role
from shared.events.values import LinkTo
from shared.keyring.contact import open_contact
from tests.integration.intake.asked import answer, ask, link
from tests.integration.intake.conftest import Intake, hidden, words
from tests.integration.intake.decisions import acts, as_clinician, held, press, row_of, sent, topics

SECRET = "Canary pills, 20 mg"


async def test_asking_sends_a_link_beside_the_old_ones_under_the_same_person_version(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in(Role.FRONT_DESK)

    assert (await ask(intake, request_id)).status_code == 303

    topic, body = (await intake.said())[-1]
    event = InformationAsked.model_validate(body)
    assert (topic, event.contact.person_version, event.expires_at - event.asked_at) == ("information-asked", 1, LIFE)
    cipher = await intake.app.state.keyring.cipher(event.patient_id)
    assert set(open_contact(cipher, event.contact).links) == {LinkTo.REQUEST, LinkTo.QUESTIONS}
    assert await acts(intake, request_id) == [("asked", "front-desk")]
    assert "Asked, waiting for the patient" not in words(await intake.page("/staff/requests?view=closed"))


async def test_who_was_asked_waits_in_a_place_of_its_own(intake: Intake):
    request_id = await held(intake)
    await intake.sign_in()
    await ask(intake, request_id)

    assert "Asked, waiting for the patient" in words(await intake.page("/staff/requests"))
    await answer(intake, await link(intake), medicines="None")

    page = words(await intake.page("/staff/requests"))
    assert "Asked, waiting for the patient" not in page
    assert "Has answered" in page


async def test_the_page_asks_just_what_was_chosen_and_shows_nothing_of_the_person(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id, questions=["medicines"], own="Which pharmacy do you go to?")

    page = await intake.page(await link(intake))

    assert "Which medicines do you take now?" in words(page)
    assert "Which pharmacy do you go to?" in words(page)
    assert 'name="blood-pressure"' not in page
    for private in ("Ines", "Marchetti", "555-0187", "ines@", "epression"):
        assert private not in page


async def test_answers_are_sealed_shown_to_staff_and_told_without_what_they_say(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)

    assert (await answer(intake, await link(intake), medicines=SECRET, safety="no")).status_code == 303

    page = words(await intake.page(f"/staff/requests/{request_id}"))
    assert f"Medicines and doses {SECRET}" in page
    assert (await topics(intake))[-1] == "information-given"
    for table in ("information_ask", "information_answer", "outbox", "request_act", "idempotency"):
        for row in await intake.rows(f"select * from {table}"):
            assert SECRET not in str(row), table
            assert SECRET.encode() not in b"".join(one for one in row.values() if isinstance(one, bytes))
    assert "risk-raised" not in await topics(intake)


async def test_a_risk_in_an_answer_is_raised_with_it_and_help_is_shown_at_once(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)

    done = await answer(intake, await link(intake), medicines="None", safety="yes")

    said = await topics(intake)
    assert said[-2:] == ["information-given", "risk-raised"] or said[-2:] == ["risk-raised", "information-given"]
    [flag] = await intake.rows("select level, request_id from risk_flag")
    assert flag == {"level": "unassessed", "request_id": request_id}
    next_page = await intake.http.get(done.headers["location"], headers={"Accept": "text/html"}, follow_redirects=True)
    assert "Help is there right now" in words(next_page.text)
    assert "nobody has taken it" in words(await intake.page("/staff/requests"))


async def test_a_risk_in_the_words_of_any_answer_is_raised_too(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id, questions=["tried"])

    await answer(intake, await link(intake), tried="Everything. I just want to die.")

    assert "risk-raised" in await topics(intake)


async def test_a_risk_in_answers_that_come_back_is_raised_all_the_same_and_answered_with_help(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)

    back = await answer(intake, await link(intake), medicines="x" * 2001, safety="yes")

    assert back.status_code == 422
    assert "Help is there right now" in words(back.text)
    assert [flag["request_id"] for flag in await intake.rows("select * from risk_flag")] == [request_id]


async def test_a_risk_in_a_page_that_was_open_for_more_than_a_day_is_raised(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)
    path = await link(intake)
    form_key = hidden(await intake.page(path), "form_key")
    intake.clock.advance(timedelta(days=2))

    typed = {"form_key": form_key, "safety": "yes"}
    back = await intake.http.post(path, data=typed, headers={"Accept": "text/html"})

    assert "Help is there right now" in words(back.text)
    assert (await topics(intake)).count("risk-raised") == 1


async def test_a_risk_that_comes_after_the_link_has_ended_is_raised(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)
    path = await link(intake)
    form_key = hidden(await intake.page(path), "form_key")
    intake.clock.advance(LIFE)

    typed = {"form_key": form_key, "safety": "yes"}
    late = await intake.http.post(path, data=typed, headers={"Accept": "text/html"})

    assert late.status_code == 410
    assert (await topics(intake)).count("risk-raised") == 1


async def test_pressing_send_twice_keeps_one_answer_and_one_asking(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    key = hidden(await intake.page(f"/staff/requests/{request_id}/ask"), "form_key")
    for _ in range(2):
        asked = await press(intake, request_id, "ask", form_key=key, questions=["medicines"])
        assert asked.status_code == 303
    path = await link(intake)
    key = hidden(await intake.page(path), "form_key")
    sends = [
        intake.http.post(path, data={"form_key": key, "medicines": "None"}, headers={"Accept": "text/html"})
        for _ in range(2)
    ]

    answers = await asyncio.gather(*sends)

    assert {one.status_code for one in answers} == {303}
    assert await intake.count("information_ask") == 1
    assert await intake.count("information_answer") == 1
    assert (await topics(intake)).count("information-given") == 1


async def test_what_is_added_later_stands_beside_what_was_said(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)
    path = await link(intake)
    await answer(intake, path, medicines="Sertraline")

    assert "We have your answers" in words(await intake.page(path))
    await answer(intake, path, medicines="And lithium")

    page = words(await intake.page(f"/staff/requests/{request_id}"))
    assert "Sertraline" in page
    assert "And lithium" in page


async def test_an_empty_answer_and_one_that_is_too_long_come_back_as_typed(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)
    path = await link(intake)

    assert (await answer(intake, path, medicines=" ")).status_code == 422
    long = await answer(intake, path, medicines="x" * 2001)
    assert long.status_code == 422
    assert "x" * 2001 in long.text
    assert await intake.count("information_answer") == 0


async def test_a_link_ends_and_says_so(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    await ask(intake, request_id)
    path = await link(intake)
    intake.clock.advance(LIFE)

    assert "This link has ended" in words(await intake.page(path, status=410))
    assert "does not lead" in words(await intake.page("/r/questions/unknown", status=404))


async def test_an_answer_after_the_end_is_kept_and_changes_nothing_but_a_risk_is_heard(intake: Intake):
    request_id = await sent(intake)
    await as_clinician(intake)
    await ask(intake, request_id)
    path = await link(intake)
    await press(intake, request_id, "decline", seen=2, because="not-suitable")
    said = await topics(intake)
    assert "you need not answer" in words(await intake.page(path))

    await answer(intake, path, safety="yes")

    assert (await topics(intake))[len(said) :] == ["risk-raised"]
    assert (await row_of(intake, request_id))["version"] == 3
    assert await intake.count("information_answer") == 1


async def test_of_two_who_ask_at_once_one_is_told(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()

    answers = await asyncio.gather(ask(intake, request_id), ask(intake, request_id))

    assert sorted(one.status_code for one in answers) == [303, 409]
    assert (await topics(intake)).count("information-asked") == 1


async def test_nothing_chosen_asks_nothing(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()

    refused = await ask(intake, request_id, own="")

    assert refused.status_code == 422
    assert "Choose what to ask" in words(refused.text)


async def test_questions_come_in_the_patients_language(intake: Intake):
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
    await ask(intake, request_id)

    page = await intake.page(await link(intake))

    assert '<html lang="es"' in page
    assert "¿Qué medicinas toma ahora?" in words(page)
    intake.clock.advance(timedelta(minutes=1))
    assert "Conteste al menos una pregunta" in words((await answer(intake, await link(intake))).text)
