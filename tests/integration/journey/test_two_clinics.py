"""Everything that one clinic has is asked for at the other, by somebody who may do everything there: none of it is there."""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from html import unescape
from importlib import import_module
from itertools import product

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from shared.database.roles import SERVICES
from tests.integration.journey.two_clinics import PASSWORD, AClinic, two_clinics

AT_ONCE = 6
STREAMS = "/live"
"""Says only that something has changed, never what, and does not end."""
BY_THEMSELVES = {"staff_session", "patient_mark", "message", "inbox_item"}
"""Tables that change without anybody's doing: with activity, or by a loop."""
MUST_BE_TRIED = {
    "/staff/requests/{request_id}",
    "/staff/requests/references/{reference}",
    "/staff/inbox/{item_id}/open",
    "/staff/appointments/{appointment_id}",
    "/staff/sessions/{session_id}",
    "/staff/consultations/{consultation_id}",
    "/fhir/Appointment/{appointment_id}",
    "/api/consultation-requests/{token}",
    "/r/{token}",
    "/a/{token}/{language}",
}
"""Among the pages that the sweep has found something on."""


@pytest.fixture(scope="module")
async def clinics(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[AClinic, AClinic]]:
    async with two_clinics(tmp_path_factory.mktemp("two") / "home") as both:
        yield both


@pytest.fixture(params=["first", "second"])
def ours_and_theirs(request: pytest.FixtureRequest, clinics: tuple[AClinic, AClinic]) -> tuple[AClinic, AClinic]:
    """Whose door is knocked at, and whose things are asked for."""
    return clinics if request.param == "first" else clinics[::-1]


def routes(method: str) -> Iterator[str]:
    """Every path that the front door leads to."""
    for service in SERVICES:
        app = FastAPI()
        for router in import_module(f"services.{service}.app").SERVICE.routers:
            app.include_router(router)
        for context in iter_route_contexts(app.router.routes):
            path = context.path or ""
            if method in (context.methods or ()) and not path.startswith("/internal") and not path.endswith(STREAMS):
                yield path


async def ids_of(clinic: AClinic) -> dict[str, set[str]]:
    """By the name of the column: one of each column of each table. What one row does not show, the others do not either."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for schema in SERVICES:
        columns = await clinic.fetch(
            schema,
            """
            select ours.table_name, ours.column_name
              from information_schema.columns ours
              join information_schema.columns whose using (table_schema, table_name)
             where table_schema = current_schema() and whose.column_name = 'clinic_id'
               and ours.data_type = 'uuid' and ours.column_name <> 'clinic_id'
            """,
        )
        for table, column in columns:
            rows = await clinic.fetch(
                schema,
                f"select distinct {column} from {table} where clinic_id = $1 and {column} is not null limit 1",
                clinic.id,
            )
            found[column] |= {str(row[0]) for row in rows}
    return found


def addresses(path: str, clinic: AClinic, ids: dict[str, set[str]]) -> Iterator[str]:
    """The path with everything of the clinic that might fit into it. None where nobody's things are named."""
    names = re.findall(r"{(\w+)}", path)
    if not set(names) - {"language"}:
        return

    def fitting(name: str) -> set[str]:
        if name == "language":
            return {"en"}
        if name in ("token", "secret"):
            return clinic.tokens
        if name == "reference":
            return set(clinic.references)
        return ids[name] | ids["id"] if name.endswith("_id") else set()

    for values in product(*map(fitting, names)):
        filled = path
        for name, value in zip(names, values, strict=True):
            filled = filled.replace(f"{{{name}}}", value)
        yield filled


async def ask_all(browser: httpx.AsyncClient, paths: list[str]) -> dict[str, httpx.Response]:
    few = asyncio.Semaphore(AT_ONCE)

    async def ask(path: str) -> httpx.Response:
        async with few:
            return await browser.get(path)

    return dict(zip(paths, await asyncio.gather(*map(ask, paths)), strict=True))


def shown(answer: httpx.Response, secrets: set[str]) -> set[str]:
    words = unescape(answer.text) + str(dict(answer.headers))
    return {secret for secret in secrets if secret in words}


async def test_no_page_and_no_answer_shows_what_is_the_other_clinics(ours_and_theirs):
    ours, theirs = ours_and_theirs
    ids = await ids_of(theirs)
    paths = {path: list(addresses(path, theirs, ids)) for path in routes("GET")}

    async with theirs.visited() as at_home:
        there = await ask_all(at_home, [one for fitting in paths.values() for one in fitting])
    found = {path: [one for one in fitting if there[one].status_code < 400] for path, fitting in paths.items()}
    async with ours.visited() as elsewhere:
        here = await ask_all(elsewhere, [one for fitting in found.values() for one in fitting])

    assert {path for path, ones in found.items() if ones} >= MUST_BE_TRIED
    assert {one: answer.status_code for one, answer in here.items() if answer.status_code not in (401, 403, 404)} == {}
    assert {one: said for one, answer in here.items() if (said := shown(answer, theirs.secrets))} == {}


async def test_no_list_and_no_search_names_anything_of_the_other_clinic(ours_and_theirs):
    ours, theirs = ours_and_theirs
    async with ours.visited() as browser:
        lists = await ask_all(browser, [path for path in routes("GET") if "{" not in path])
        for path in ("/staff/requests/search", "/staff/board/find", "/staff/sessions/new/find"):
            for sought in (theirs.patient, theirs.address, *theirs.references):
                lists[f"{path} {sought}"] = await browser.post(path, data={"find": sought})
            found_ours = await browser.post(path, data={"find": ours.patient})
            assert found_ours.status_code == 303, path  # straight to the one who is called so

    assert {path: answer.status_code for path, answer in lists.items() if answer.status_code >= 500} == {}
    typed = {theirs.last_name, theirs.last_name.lower(), *theirs.references}
    found = {path: shown(answer, theirs.secrets - (typed if " " in path else set())) for path, answer in lists.items()}
    assert {path: said for path, said in found.items() if said} == {}


async def test_nothing_is_done_to_what_is_the_other_clinics(ours_and_theirs):
    ours, theirs = ours_and_theirs
    ids = await ids_of(theirs)
    before = await everything_of(theirs)

    async with ours.visited() as browser:
        for path in routes("POST"):
            for address in addresses(path, theirs, ids):
                answer = await browser.post(address, data={"version": "1", "note": "No", "reason": "other"})
                assert answer.status_code < 500, address
                assert not shown(answer, theirs.secrets), address

    assert before
    assert before - await everything_of(theirs) == set()


async def everything_of(clinic: AClinic) -> set[tuple[str, str]]:
    """Every row, as words."""
    rows: set[tuple[str, str]] = set()
    for schema in SERVICES:
        tables = await clinic.fetch(
            schema,
            """
            select table_name from information_schema.columns
             where table_schema = current_schema() and column_name = 'clinic_id'
            """,
        )
        for (table,) in tables:
            if table not in BY_THEMSELVES:
                query = f"select one::text from {table} one where clinic_id = $1"
                rows |= {(f"{schema}.{table}", row[0]) for row in await clinic.fetch(schema, query, clinic.id)}
    return rows


async def test_every_letter_speaks_in_the_name_of_its_clinic_and_leads_to_its_pages(ours_and_theirs):
    ours, theirs = ours_and_theirs
    letters = await ours.letters()
    said = "".join(letter["text"] for letter in letters)

    assert {letter["from"] for letter in letters} == {f"hello@{ours.staff_email.partition('@')[2]}"}
    assert set(re.findall(r"https?://[\w.:-]+", said)) == {ours.url}
    assert ours.identity[0] in said
    assert ours.identity[2] in said
    assert ("New York time" if ours.prefix == "HLC" else "Denver time") in said
    assert not [secret for secret in theirs.secrets if secret in str(letters)]


async def test_staff_of_one_clinic_are_nobody_at_the_other(ours_and_theirs):
    ours, theirs = ours_and_theirs
    async with ours.visited(cookies=theirs.cookies) as browser:
        for path in ("/staff/inbox", "/staff/requests", "/staff/board"):
            answer = await browser.get(path)
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/staff/session/renew")
        refused = await browser.post("/staff/sign-in", data={"email": theirs.staff_email, "password": PASSWORD})

    assert refused.status_code == 401
    assert "E-mail and password do not belong together" in refused.text


async def test_the_same_key_at_both_clinics_is_two_requests(clinics):
    answers = []
    for clinic in clinics:
        async with clinic.visited(cookies={}) as browser:
            form = (await browser.get("/api/consultation-requests/form")).json()
            asked = {"name": "Ada Twice", "email": "ada.twice@example.com", "reasons": ["anxiety"], "wishes": {}}
            asked["consents"] = [one["version"] for one in form["wordings"] if one["channel"] == "email"]
            answers.append(
                await browser.post(
                    "/api/consultation-requests", json=asked, headers={"Idempotency-Key": "the-same-key"}
                )
            )

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["reference"][:3] for answer in answers] == ["TSC", "HLC"]


async def test_what_is_booked_at_one_clinic_takes_its_own_rooms_and_people(clinics):
    for clinic in clinics:
        booked = await clinic.fetch(
            "scheduling",
            """
            select distinct resource.clinic_id, resource_booking.clinic_id
              from resource_booking join resource on resource.id = resource_id
             where appointment_id in (select id from appointment where clinic_id = $1)
            """,
            clinic.id,
        )
        assert [tuple(row) for row in booked] == [(clinic.id, clinic.id)]
