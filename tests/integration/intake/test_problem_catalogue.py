"""Whoever follows the type of a problem reads what to do about it."""

import re
from pathlib import Path

from operations.front_door import CADDYFILE
from shared.web.problem_catalogue import problem_catalogue
from tests.integration.intake.conftest import SITE, Intake, words


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
    named = re.findall(r'import answer \S+ "[^"]+" "([a-z-]+)"', Path(CADDYFILE).read_text())

    assert named
    assert set(named) <= set(problem_catalogue())
