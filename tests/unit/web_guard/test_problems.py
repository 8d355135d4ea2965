"""Every error becomes a problem: named, with what to do, and without what a person typed."""

import asyncpg
import pytest
import structlog

from operations.player.browser import Page
from shared.web.place_failures import REASONS
from shared.web.problem_catalogue import problem_catalogue
from shared.web.problem_words import words_in
from shared.web.problems import FieldError, Problem, description_of, problems
from tests.english import english_in
from tests.unit.web_guard.conftest import HTML, ORIGIN, TooLateToWithdraw

CANARY = "Ziggurat-Plover"


async def test_an_error_of_the_domain_looks_as_described(house):
    house.app.state.failures["x"] = TooLateToWithdraw("The visit has begun.")
    async with house.client() as client:
        answer = await client.get("/api/fails/x", headers={"X-Request-Id": "trace-0001"})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/too-late-to-withdraw",
        "title": "It is too late to withdraw",
        "status": 409,
        "detail": "The visit has begun.",
        "what_to_do": "Call us.",
        "reference": "trace-0001",
    }


async def test_a_browser_gets_a_page(house):
    house.app.state.failures["x"] = TooLateToWithdraw("The visit has begun.")
    async with house.client(**HTML) as client:
        answer = await client.get("/fails/x")

    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("text/html")
    for words in ("It is too late to withdraw", "The visit has begun.", "Call us.", "tel:988", "tel:+13035550142"):
        assert words in answer.text


async def test_an_api_never_answers_with_a_page(house):
    house.app.state.failures["x"] = TooLateToWithdraw()
    async with house.client(**HTML) as client:
        answer = await client.get("/api/fails/x")

    assert answer.headers["content-type"] == "application/problem+json"


async def test_each_wrong_field_has_a_pointer_and_no_value(house):
    async with house.client() as client:
        answer = await client.post("/api/wishes", json={"name": "Z", "days": [1, CANARY]})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "#/name", "detail": "Write at least 2 characters."},
        {"pointer": "#/days/1", "detail": "Write a whole number."},
    ]
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"{", "#"),
        (b"", "#"),
        (b"null", "#"),
        (b"[]", "#"),
        (b'{"days": NaN}', "#/days"),
        (b'{"name": "\\ud800"}', "#/name"),
    ],
)
async def test_bodies_that_are_no_wish_are_422(house, body, pointer):
    async with house.client() as client:
        answer = await client.post("/api/wishes", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\xfa", b"[" * 60_000, b'{"name": ' + b"9" * 5000 + b"}"], ids=["bytes", "deep", "huge number"]
)
async def test_bodies_that_cannot_be_read_are_refused_and_break_nothing(house, body):
    async with house.client() as client:
        answer = await client.post("/api/wishes", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_unknown_and_unfit_addresses(house):
    async with house.client() as client:
        missing, wrong = await client.get("/api/nothing"), await client.delete("/api/wishes")

    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.SerializationError("x"),
        asyncpg.DeadlockDetectedError("x"),
        asyncpg.LockNotAvailableError("x"),
        asyncpg.QueryCanceledError("x"),
        asyncpg.AdminShutdownError("x"),
        asyncpg.CannotConnectNowError("x"),
        asyncpg.TooManyConnectionsError("x"),
        asyncpg.DiskFullError("x"),
        asyncpg.InvalidCatalogNameError("x"),
        asyncpg.InvalidPasswordError("x"),
        asyncpg.ObjectNotInPrerequisiteStateError("x"),
        asyncpg.ConnectionDoesNotExistError("x"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError('cannot switch to state 12; protocol is in the "failed" state'),
        ConnectionRefusedError(),
        FileNotFoundError("socket"),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_database_that_is_away_or_busy_is_503_with_a_reason(house, error):
    house.app.state.failures["x"] = error
    async with house.client() as client:
        answer = await client.get("/api/fails/x")

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["detail"].startswith("The reason: ")


PATIENTS = [name for name, what in problem_catalogue().items() if words_in("es").has(what)]


@pytest.mark.parametrize("name", PATIENTS)
async def test_a_problem_that_patients_meet_has_no_english_on_its_spanish_page(house, name):
    """Of a service that has no words of its own around its pages."""
    what = problem_catalogue()[name]
    met = type("Met", (Problem,), {"status": what.status, "title": what.title, "what_to_do": what.what_to_do})
    met.__name__ = "".join(part.capitalize() for part in name.split("-"))
    house.app.state.failures["es"] = met("The words of whoever wrote the code.")
    async with house.client(**HTML) as client:
        answer = await client.get("/fails/es")

    assert '<html lang="es"' in answer.text
    assert words_in("es").problems[name].title in answer.text
    assert 'href="tel:988"' in answer.text
    assert english_in(answer.text) == []


async def test_why_the_database_cannot_is_said_in_the_language_of_the_page(house):
    house.app.state.failures["x"] = ConnectionRefusedError()
    async with house.client(**HTML, **{"Accept-Language": "es-MX"}) as client:
        page = (await client.get("/fails/x")).text

    assert "La razón: nuestra base de datos no responde." in page
    assert english_in(page) == []


def test_every_reason_of_the_database_is_there_in_spanish():
    assert {f"The reason: {reason}." for reason in REASONS} == set(words_in("es").details)


async def test_the_page_of_last_resort_speaks_spanish_too(house):
    del house.app.state.pages
    async with house.client(**HTML, **{"Accept-Language": "es"}) as client:
        page = (await client.get("/nothing")).text

    assert "Aquí no hay nada" in page
    assert 'href="tel:988"' in page
    assert english_in(page) == []


TYPED = {"form_key": "k-1", "name": 'Zoë "Zed" <b>', "reasons": ["anxiety", "ptsd"]}


async def test_a_form_that_cannot_be_taken_now_can_be_sent_again_as_it_was(house):
    house.app.state.failures["x"] = ConnectionRefusedError()
    async with house.client(**HTML, Origin=ORIGIN) as client:
        answer = await client.post("/fails/x?from=here", data=TYPED)

    assert answer.status_code == 503
    form = Page(f"{ORIGIN}/fails/x", answer.status_code, answer.text).form(having="form_key")
    assert form.action == f"{ORIGIN}/fails/x?from=here"
    assert form.fields == [
        ("form_key", "k-1"),
        ("name", 'Zoë "Zed" <b>'),
        ("reasons", "anxiety"),
        ("reasons", "ptsd"),
    ]


async def test_a_password_is_never_written_into_a_page(house):
    house.app.state.failures["x"] = ConnectionRefusedError()
    async with house.client(**HTML, Origin=ORIGIN) as client:
        answer = await client.post("/fails/x", data={"email": "rosa@example.com", "password": CANARY})

    assert answer.status_code == 503
    assert CANARY not in answer.text


async def test_a_page_that_was_only_looked_at_is_tried_by_looking_again(house):
    house.app.state.failures["x"] = ConnectionRefusedError()
    async with house.client(**HTML) as client:
        answer = await client.get("/fails/x")

    assert "<form" not in answer.text
    assert 'href="">Try again' in answer.text


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(CANARY),
        asyncpg.UniqueViolationError(f"Key (email)=({CANARY}) already exists"),
        asyncpg.InterfaceError(f"the server expects 1 argument, 2 were passed {CANARY}"),
        KeyError(CANARY),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("path", ["/api/fails/x", "/fails/x"])
async def test_what_nobody_foresaw_tells_a_reference_and_nothing_else(house, error, path):
    house.app.state.failures["x"] = error
    with structlog.testing.capture_logs() as logs:
        async with house.client(**HTML) as client:
            answer = await client.get(path, headers={"X-Request-Id": "trace-0002"})

    assert answer.status_code == 500
    assert "trace-0002" in answer.text
    assert CANARY not in answer.text
    (line,) = [line for line in logs if line["event"] == "unexpected_error"]
    assert line["failure"] == type(error).__name__
    assert "conftest.py" in line["where"]
    assert CANARY not in str(line)


async def test_a_broken_page_of_errors_is_still_an_answer(house):
    house.app.state.failures["x"] = RuntimeError()
    house.app.state.pages = object()
    async with house.client(**HTML) as client:
        answer = await client.get("/fails/x")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert 'href="tel:988"' in answer.text
    assert 'href="tel:+13035550142"' in answer.text


def test_a_route_names_its_refusals_in_the_document(house):
    document = house.app.openapi()
    answers = document["paths"]["/api/wishes"]["post"]["responses"]

    assert "`too-late-to-withdraw`" in answers["409"]["description"]
    assert list(answers["422"]["content"]) == ["application/problem+json"]
    assert "503" in answers


def test_an_error_that_nobody_described_is_noticed_when_routes_are_made():
    class Forgotten(Exception):
        pass

    with pytest.raises(LookupError, match="Forgotten"):
        problems(Forgotten)


def test_a_described_error_describes_its_children():
    class MuchTooLate(TooLateToWithdraw):
        pass

    assert description_of(MuchTooLate).slug == "too-late-to-withdraw"


def test_a_problem_carries_headers_and_fields():
    problem = Problem("why", errors=[FieldError("Choose one.", parameter="day")], retry_after=3)

    assert problem.headers == {"Retry-After": "3"}
    assert problem.errors[0].as_json() == {"parameter": "day", "detail": "Choose one."}
