"""Whoever follows the type of a problem reads what to do about it."""

import re
from pathlib import Path

import pytest

from operations.front_door import CADDYFILE
from shared.web.problem_catalogue import problem_catalogue
from shared.web.problem_words import words_in
from tests.integration.intake.conftest import SITE, Intake, words

FOR_STAFF = {
    "already-invited",
    "appointment-is-over",
    "appointment-not-found",
    "calendar-revoked",
    "calendar-unknown",
    "chair-unknown",
    "changed-since-seen",
    "clinic-not-set-up",
    "consultation-not-found",
    "deadline-changed",
    "follow-up-not-found",
    "inbox-item-not-found",
    "item-not-found",
    "kind-gone",
    "last-administrator",
    "no-role",
    "no-sessions-here",
    "nobody-waits",
    "not-acceptable",
    "not-adraft",
    "not-allowed",
    "not-aservice",
    "not-its-day",
    "not-kept",
    "not-missed",
    "not-time-yet",
    "not-your-calendar",
    "not-yet-seen",
    "not-your-clinic",
    "not-yours-to-override",
    "nothing-to-edit",
    "patient-unknown",
    "prescriber-unknown",
    "record-changed",
    "record-wanted",
    "request-changed",
    "request-declined",
    "request-not-found",
    "request-withdrawn",
    "search-refused",
    "session-already-recorded",
    "session-not-booked",
    "session-not-found",
    "session-not-recorded",
    "sign-in-needed",
    "staff-not-found",
    "standing-not-known-yet",
    "time-is-past",
    "version-broken",
    "version-not-found",
}


async def test_the_type_of_a_problem_leads_to_words_that_say_what_to_do(intake: Intake):
    problem = (await intake.ask({"name": "Ines"})).json()

    page = await intake.page(problem["type"].removeprefix(SITE))

    assert problem["what_to_do"] in words(page)


async def test_every_problem_has_a_page_and_stands_in_the_json(intake: Intake):
    listed = (await intake.http.get("/api/problems")).json()["problems"]

    assert [one["name"] for one in listed] == list(problem_catalogue())
    for one in listed:
        assert one["what_to_do"] in words(await intake.page(one["type"].removeprefix(SITE)))
        assert (await intake.http.get(f"/api/problems/{one['name']}")).json() == one


async def test_what_is_no_problem_is_not_found(intake: Intake):
    assert (await intake.http.get("/api/problems/boredom")).status_code == 404
    await intake.page("/problems/boredom", status=404)


def test_every_problem_says_what_to_do():
    assert [name for name, what in problem_catalogue().items() if not what.what_to_do] == []


def test_the_problems_of_the_front_door_are_listed_too():
    named = re.findall(r'import answer \S+ "([a-z-]+)"', Path(CADDYFILE).read_text())

    assert named
    assert set(named) <= set(problem_catalogue())


async def test_the_words_of_a_problem_are_there_in_spanish(intake: Intake):
    spanish = {"Accept-Language": "es-MX,en;q=0.5"}

    listed = (await intake.http.get("/api/problems", headers=spanish)).json()["problems"]
    page = await intake.http.get("/problems/too-large", headers={**spanish, "Accept": "text/html"})

    assert {one["name"]: one["title"] for one in listed}["not-found"] == "Aquí no hay nada"
    assert [one["name"] for one in listed] == list(problem_catalogue())
    assert "Acorte lo que escribió" in words(page.text)
    assert '<html lang="es"' in page.text
    assert page.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize(
    ("path", "language", "heading"),
    [
        ("/info/en/nowhere", "es", "There is nothing here"),
        ("/info/es/nowhere", "en", "Aquí no hay nada"),
        ("/request/fr", "es-MX", "Aquí no hay nada"),
        ("/request/fr", "de", "There is nothing here"),
        ("/staff/requests/nothing", "es", ""),
    ],
)
async def test_a_page_that_is_not_there_speaks_the_language_of_its_address_or_of_the_browser(
    intake: Intake, path: str, language: str, heading: str
):
    page = await intake.http.get(path, headers={"Accept": "text/html", "Accept-Language": language})

    assert f"<h1>{heading}" in page.text or "Aquí" not in page.text
    if heading:
        assert f"<h1>{heading}</h1>" in page.text
        assert f'<html lang="{"es" if heading.startswith("Aquí") else "en-US"}"' in page.text


async def test_a_problem_in_spanish_has_no_english_around_it(intake: Intake):
    page = words((await intake.http.get("/info/es/nowhere", headers={"Accept": "text/html"})).text)

    for english in ("Call", "first page", "In crisis", "reference", "Go to"):
        assert english not in page


async def test_too_much_at_once_is_told_in_spanish_to_a_program_that_asks_for_it(intake: Intake):
    refused = await intake.http.post(
        "/api/consultation-requests",
        content=b'"' + b"x" * 300_000 + b'"',
        headers={"Accept-Language": "es", "Content-Type": "application/json"},
    )

    assert (refused.status_code, refused.json()["title"]) == (413, "Esto es más de lo que podemos recibir de una vez")


def test_every_problem_that_a_patient_can_meet_is_told_in_spanish():
    """Of the others staff alone hear; a new problem is put on one of both lists."""
    told = set(words_in("es").problems)

    assert told <= set(problem_catalogue())
    assert set(problem_catalogue()) - told == FOR_STAFF
