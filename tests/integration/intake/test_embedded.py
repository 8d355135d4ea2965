"""The short form in a frame of another site: on the sites that are listed, without scripts and without cookies."""

import asyncio
import re

import pytest
from pydantic import ValidationError

from services.intake.settings import IntakeSettings
from shared.web.page_headers import CONTENT_SECURITY_POLICY
from tests.integration.intake.conftest import INES_TYPED, Intake, hidden, words

PARENT = "https://www.clinic.example"
FORM = "/embed/request/en"


@pytest.fixture
async def intake(make_intake, monkeypatch: pytest.MonkeyPatch) -> Intake:
    monkeypatch.setenv("EMBED_PARENTS", f"{PARENT}/, https://partner.example:8443")
    return await make_intake()


async def ancestors(intake: Intake, path: str) -> str:
    answer = await intake.http.get(path, headers={"Accept": "text/html"})
    found = re.search(r"frame-ancestors ([^;]*)", answer.headers["content-security-policy"])
    assert found
    return found[1]


async def test_only_the_sites_that_are_listed_may_frame_it(intake: Intake):
    assert await ancestors(intake, FORM) == f"{PARENT} https://partner.example:8443"


async def test_its_refusals_are_seen_in_the_frame_too(intake: Intake):
    assert await ancestors(intake, "/embed/r/unknown/en") == f"{PARENT} https://partner.example:8443"


@pytest.mark.parametrize("path", ["/", "/request", "/request/short", "/r/unknown", "/problems", "/embedded", "/embed"])
async def test_everything_else_refuses_to_be_framed(intake: Intake, path: str):
    assert await ancestors(intake, path) == "'none'"


async def test_where_nobody_is_listed_nobody_may_frame_it(make_intake):
    assert await ancestors(await make_intake(), FORM) == "'none'"


async def test_it_runs_no_script_and_its_policy_allows_none(intake: Intake):
    answer = await intake.http.get(FORM)

    assert "<script" not in answer.text
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src 'self'" in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("language", ["en", "es"])
async def test_it_is_sent_once_and_says_so_inside_the_frame(intake: Intake, language: str):
    path = f"/embed/request/{language}"
    key = await intake.form_key(path)

    first, second = await asyncio.gather(*(intake.send_form(path, form_key=key) for _ in range(2)))

    assert first.headers["location"] == second.headers["location"]
    assert first.headers["location"].startswith("/embed/r/")
    assert "set-cookie" not in first.headers
    page = await intake.page(first.headers["location"])
    [row] = await intake.rows("select reference from consultation_request")
    assert row["reference"] in words(page)
    assert ("Your request has reached us" if language == "en" else "Recibimos su solicitud") in words(page)
    assert (re.search(r'href="/r/[^"/]+/es"', page) is not None) == (language == "es")


async def test_no_link_opens_a_page_inside_the_frame_that_refuses_frames(intake: Intake):
    sent = await intake.send_form(FORM)
    for page in (await intake.page(FORM), await intake.page(sent.headers["location"])):
        links = re.findall(r'<a [^>]*href="(/[^"]*)"[^>]*>', page)
        inside = [link for link in links if f'href="{link}" target="_blank"' not in page]
        assert all(link.startswith(("/embed/",)) for link in inside)


async def test_mistakes_are_said_beside_what_was_typed(intake: Intake):
    answer = await intake.send_form("/embed/request/es", email="ines", reasons=[])

    assert answer.status_code == 422
    assert "Escriba un correo electrónico" in words(answer.text)
    assert 'value="ines"' in answer.text
    assert await intake.count("consultation_request") == 0


async def test_the_same_form_with_other_answers_asks_what_is_meant(intake: Intake):
    key = await intake.form_key(FORM)
    await intake.send_form(FORM, form_key=key)

    again = await intake.send_form(FORM, typed={**INES_TYPED, "name": "Ines M."}, form_key=key)

    assert (again.status_code, hidden(again.text, "form_key") == key) == (422, False)
    assert "already sent this form" in words(again.text)


async def test_help_comes_first_for_somebody_at_risk(intake: Intake):
    sent = await intake.send_form(FORM, reasons=["suicidal-ideation"])

    page = await intake.page(sent.headers["location"])

    assert page.index("crisis-now") < page.index("<h1>")
    assert "risk-raised" in [topic for topic, _ in await intake.said()]


async def test_help_comes_first_also_when_the_form_comes_back(intake: Intake):
    back = await intake.send_form("/embed/request/es", email="ines", reasons=["suicidal-ideation"])

    assert back.text.index("crisis-now") < back.text.index("Escriba un correo")
    assert await intake.said() == []


async def test_a_foreign_page_sends_no_form_of_its_own(intake: Intake):
    key = await intake.form_key(FORM)
    foreign = {"Origin": PARENT, "Sec-Fetch-Site": "cross-site"}

    answer = await intake.http.post(FORM, data={**INES_TYPED, "form_key": key}, headers=foreign)

    assert answer.status_code == 403
    assert await intake.count("consultation_request") == 0


def test_a_parent_that_is_no_origin_stops_the_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBED_PARENTS", "*")

    with pytest.raises(ValidationError):
        IntakeSettings()
