"""Sending twice is sending once."""

import asyncio
from datetime import timedelta

from tests.integration.intake.conftest import INES, INES_TYPED, Intake, errors_of, words


async def test_the_same_key_gets_the_same_answer(intake: Intake):
    first = await intake.ask(**{"Idempotency-Key": "a-key-of-mine"})
    second = await intake.ask(**{"Idempotency-Key": "a-key-of-mine"})

    assert (first.status_code, first.text, first.headers["location"]) == (201, second.text, second.headers["location"])
    assert second.status_code == 201
    assert await intake.count("consultation_request") == 1


async def test_the_same_key_with_another_body_is_refused(intake: Intake):
    await intake.ask(**{"Idempotency-Key": "a-key-of-mine"})
    second = await intake.ask({**INES, "name": "Somebody Else"}, **{"Idempotency-Key": "a-key-of-mine"})

    assert second.status_code == 422
    assert second.json()["type"].endswith("key-used-for-another")
    assert await intake.count("consultation_request") == 1


async def test_a_refused_body_uses_no_key_up(intake: Intake):
    await intake.ask({**INES, "email": "wrong"}, **{"Idempotency-Key": "a-key-of-mine"})
    second = await intake.ask(**{"Idempotency-Key": "a-key-of-mine"})

    assert second.status_code == 201


async def test_eight_at_once_with_one_key_make_one_request(intake: Intake):
    answers = await asyncio.gather(*(intake.ask(**{"Idempotency-Key": "a-key-of-mine"}) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await intake.count("consultation_request") == 1
    assert len(await intake.said()) == 1


async def test_a_malformed_key_is_refused(intake: Intake):
    answer = await intake.ask(**{"Idempotency-Key": "short"})

    assert answer.status_code == 422
    assert set(errors_of(answer)) == {"Idempotency-Key"}


async def test_without_a_key_two_requests_are_two(intake: Intake):
    await intake.ask()
    await intake.ask()

    assert await intake.count("consultation_request") == 2


async def test_a_double_click_makes_one_request(intake: Intake):
    key = await intake.form_key()

    first, second = await asyncio.gather(intake.send_form(form_key=key), intake.send_form(form_key=key))

    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert await intake.count("consultation_request") == 1


async def test_a_form_sent_again_with_other_answers_asks_what_is_meant(intake: Intake):
    key = await intake.form_key()
    await intake.send_form(form_key=key)
    again = await intake.send_form(typed={**INES_TYPED, "name": "Ines M."}, form_key=key)

    assert again.status_code == 422
    assert "already sent this form" in words(again.text)
    assert 'value="Ines M."' in again.text
    assert await intake.count("consultation_request") == 1


async def test_a_key_used_for_another_refuses_nobody_who_asks_at_the_same_time(intake: Intake):
    await intake.ask(**{"Idempotency-Key": "a-key-of-mine"})
    asked = [{**INES, "name": f"Ines {number}", "email": f"ines{number}@example.com"} for number in range(4)]
    keys = ["a-key-of-mine", "key-of-another", "key-of-a-third", "key-of-a-fourth"]

    answers = await asyncio.gather(
        *(intake.ask(sent, **{"Idempotency-Key": key}) for sent, key in zip(asked, keys, strict=True))
    )

    assert [answer.status_code for answer in answers] == [422, 201, 201, 201]
    assert await intake.count("consultation_request") == len(await intake.said()) == 4


IN_DANGER = {**INES, "reasons": ["suicidal-ideation"]}


async def test_a_new_risk_in_another_body_under_the_same_key_is_told_to_staff_all_the_same(intake: Intake):
    await intake.ask(**{"Idempotency-Key": "a-key-of-mine"})

    second = await intake.ask(IN_DANGER, **{"Idempotency-Key": "a-key-of-mine"})

    assert second.status_code == 422
    assert "Our staff have been told" in second.json()["urgent_help"]["text"]
    [(_, requested), (topic, raised)] = await intake.said()
    assert topic == "risk-raised"
    assert raised["request_id"] == requested["request_id"]


async def test_it_is_told_once_while_nobody_has_taken_it(intake: Intake):
    await intake.ask(**{"Idempotency-Key": "a-key-of-mine"})

    for name in ("Ines", "Ines M.", "Ines Marchetti"):
        await intake.ask({**IN_DANGER, "name": name}, **{"Idempotency-Key": "a-key-of-mine"})

    assert await intake.count("risk_flag") == 1


async def test_a_changed_form_sent_again_tells_its_new_risk_too(intake: Intake):
    key = await intake.form_key()
    await intake.send_form(form_key=key)

    answer = await intake.send_form(form_key=key, reasons=["suicidal-ideation"])

    assert answer.status_code == 422
    assert [topic for topic, _ in await intake.said()] == ["consultation-requested", "risk-raised"]


async def test_a_changed_form_of_staff_tells_its_new_risk_too(intake: Intake):
    await intake.sign_in()
    key = await intake.form_key("/staff/requests/new")
    await intake.send_form("/staff/requests/new", form_key=key)

    answer = await intake.send_form("/staff/requests/new", form_key=key, reasons=["suicidal-ideation"])

    assert answer.status_code == 422
    assert [topic for topic, _ in await intake.said()] == ["consultation-requested", "risk-raised"]


async def test_after_a_day_the_changed_form_still_answers_with_help(intake: Intake):
    await intake.ask(**{"Idempotency-Key": "a-key-of-mine"})
    intake.clock.advance(timedelta(hours=25))

    second = await intake.ask(IN_DANGER, **{"Idempotency-Key": "a-key-of-mine"})

    assert second.status_code == 422
    assert second.json()["urgent_help"]["crisis_line"] == "988"
