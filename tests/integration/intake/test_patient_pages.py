from datetime import timedelta

import pytest

from services.intake.store.request_links import LIFE
from tests.integration.intake.conftest import INES_TYPED, Intake, words


async def test_home_leads_to_the_form(intake: Intake):
    page = await intake.page("/")

    assert 'href="/request/en"' in page
    assert "988" in page


async def test_sending_the_form_leads_to_a_page_of_ones_own(intake: Intake):
    sent = await intake.send_form()

    assert sent.status_code == 303
    page = await intake.page(sent.headers["location"])
    assert "Your request has reached us" in words(page)
    assert "TSC-" in page
    assert 'hx-sse:connect="/r/' in page


async def test_that_page_is_kept_by_no_cache_and_tells_no_other_site(intake: Intake):
    token = await intake.submitted()

    answer = await intake.http.get(f"/r/{token}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_crisis_help_stands_before_anything_else(intake: Intake):
    sent = await intake.send_form(reasons=["suicidal-ideation"])

    page = words(await intake.page(sent.headers["location"]))
    assert page.index("Help is there right now") < page.index("Your request has reached us")


async def test_crisis_help_stands_there_too_when_the_form_comes_back(intake: Intake):
    back = await intake.send_form(email="ines", reasons=["suicidal-ideation"])

    page = words(back.text)
    assert page.index("Help is there right now") < page.index("Write an email address")
    assert "has not reached us yet" in page


BAD = [
    ({"name": ""}, "name"),
    ({"email": "ines"}, "email"),
    ({"mobile": "12"}, "mobile"),
    ({"consents": []}, "consents"),
    ({"reasons": []}, "reasons"),
    ({"reasons": ["<script>"]}, "reasons"),
    ({"not_before": "2026-06-14"}, "not_before"),
    ({"not_before": "tomorrow"}, "not_before"),
    ({"email": "", "mobile": "", "consents": []}, "email"),
]


async def test_a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost(intake: Intake, subtests: pytest.Subtests):
    key = await intake.form_key()
    for changes, field in BAD:
        with subtests.test(str(changes)):
            answer = await intake.send_form(typed={**INES_TYPED, **changes}, form_key=key)
            assert answer.status_code == 422
            assert f'id="{field}-error"' in answer.text
            assert f'<a href="#{field}">' in answer.text
            assert "autofocus" in answer.text
            for typed in {**INES_TYPED, **changes}.values():
                if isinstance(typed, str) and typed:
                    assert f'value="{typed}"' in answer.text
    assert await intake.count("consultation_request") == 0


async def test_a_form_corrected_after_a_mistake_goes_through_with_the_same_key(intake: Intake):
    key = await intake.form_key()
    await intake.send_form(typed={**INES_TYPED, "email": "wrong"}, form_key=key)
    sent = await intake.send_form(form_key=key)

    assert sent.status_code == 303


async def test_a_form_left_open_overnight_is_shown_again_as_it_was(intake: Intake):
    key = await intake.form_key()
    intake.clock.advance(timedelta(hours=25))
    answer = await intake.send_form(form_key=key)

    assert answer.status_code == 422
    assert "open for more than a day" in words(answer.text)
    assert 'value="Ines Marchetti"' in answer.text


async def test_what_was_typed_cannot_become_markup(intake: Intake):
    answer = await intake.send_form(name='"><script>alert(1)</script>', email="wrong")

    assert "<script>alert" not in answer.text


async def test_withdrawing_asks_once_and_then_does_it(intake: Intake):
    token = await intake.submitted()
    assert "Withdraw your request?" in words(await intake.page(f"/r/{token}/withdraw"))

    sent = await intake.http.post(f"/r/{token}/withdraw")
    again = await intake.http.post(f"/r/{token}/withdraw")

    assert sent.status_code == again.status_code == 303
    assert "Your request is withdrawn" in words(await intake.page(f"/r/{token}"))
    assert [topic for topic, _ in await intake.said()] == ["consultation-requested", "consultation-withdrawn"]


async def test_looking_at_the_question_withdraws_nothing(intake: Intake):
    token = await intake.submitted()
    for _ in range(10):
        await intake.page(f"/r/{token}/withdraw")

    assert len(await intake.said()) == 1


async def test_an_unknown_link_says_what_to_do(intake: Intake):
    page = words(await intake.page("/r/nothing", status=404))

    assert "This link does not lead to a request" in page
    assert "(303) 555-0142" in page


async def test_a_link_ends(intake: Intake):
    token = await intake.submitted()
    intake.clock.advance(LIFE)

    assert "This link has ended" in words(await intake.page(f"/r/{token}", status=410))
    assert (await intake.http.post(f"/r/{token}/withdraw")).status_code == 410


async def test_a_foreign_site_cannot_withdraw(intake: Intake):
    token = await intake.submitted()
    answer = await intake.http.post(f"/r/{token}/withdraw", headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 403
    assert len(await intake.said()) == 1
