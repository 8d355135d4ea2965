"""The front door: which paths lead where, which lead nowhere, and what every answer carries."""

import asyncio
import re
import shlex
import socket
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from operations.front_door import CADDYFILE, SHOWN, front_door
from operations.stack.home import Home
from operations.stack.process_record import ProcessRecord
from shared.database.roles import SERVICES
from shared.settings import ClinicIdentity
from shared.web.page_headers import CONTENT_SECURITY_POLICY
from tests.held_ports import held_ports

ECHO = Path(__file__).with_name("echo_service.py")


@pytest.fixture(scope="module")
async def door(tmp_path_factory):
    """The address of a door before three services that say what they were asked."""
    home = Home(tmp_path_factory.mktemp("door"))
    home.prepare()
    with held_ports(4) as (own, *ports):
        upstreams = {service: [port] for service, port in zip(SERVICES, ports, strict=True)}
        services = [
            await asyncio.create_subprocess_exec(sys.executable, str(ECHO), name, str(port))
            for name, (port,) in upstreams.items()
        ]
        part = front_door(home, own, upstreams, ProcessRecord(home.processes))
        await part.start()
        for port in ports:
            await asyncio.to_thread(_wait_for, port)
        yield f"http://127.0.0.1:{own}"
        await part.stop()
        for service in services:
            service.kill()
            await service.wait()


def _wait_for(port, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")


@pytest.fixture
def ports():
    with held_ports(4) as ports:
        yield ports


@pytest.fixture
async def browser(door):
    async with httpx.AsyncClient(base_url=door, timeout=60) as client:
        yield client


@pytest.mark.parametrize(
    ("service", "paths"),
    [
        ("intake", "/ /request /request/sent /r/t /q/t /staff/requests /staff/requests/1 /api/consultation-requests/1"),
        (
            "scheduling",
            "/a/t /staff/board /staff/clinic/hours /staff/courses/1 /staff/sessions /staff/sessions/1 /api/slots /api/holds/1",
        ),
        (
            "scheduling",
            "/api/appointments /fhir/Patient /fhir/Appointment/$find /calendar/t.ics /staff/calendars/1 /staff/consultations/1",
        ),
        ("notifications", "/staff /staff/sign-in /staff/sign-out /staff/session /staff/session/renew /staff/inbox"),
        ("notifications", "/staff/people/1 /m/t /api/webhooks /hooks/mail"),
        ("intake", "/info /info/es /info/es/visit /robots.txt /sitemap.xml"),
        ("intake", "/static/chairside.css"),
    ],
)
async def test_a_path_leads_to_the_service_that_owns_it(browser, service, paths):
    for path in paths.split():
        assert (await browser.get(path)).json()["service"] == service, path


@pytest.mark.parametrize(
    "path",
    [
        "/internal",
        "/internal/revisions/1",
        "/INTERNAL/x",
        "//internal/x",
        "/r/..%2f..%2finternal/x",
        "/request/%2e%2e/internal/x",
        "/livez",
        "/readyz",
        "/health/messaging",
        "/metrics",
        "/docs",
        "/openapi.json",
        "/staff/unheard-of",
        "/unheard-of",
    ],
)
async def test_what_is_inside_does_not_exist_outside(browser, path):
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert 'href="tel:988"' in answer.text
    assert 'href="tel:+13035550142"' in answer.text


async def test_every_answer_carries_the_headers(browser):
    for path in ("/", "/api/slots", "/health", "/unheard-of"):
        headers = (await browser.get(path)).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert not {"server", "via", "x-powered-by", "strict-transport-security"} & set(headers)


async def test_a_caller_cannot_lend_itself_another_address(browser):
    lies = {"X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    heard = (await browser.get("/request", headers=lies)).json()["headers"]
    assert heard["x-forwarded-for"] == "127.0.0.1"
    assert "6.6.6.6" not in str(heard)


async def test_a_body_over_one_megabyte_is_refused_whether_or_not_it_says_so(browser):
    async def in_pieces(size):
        for _ in range(size // 1000):
            yield b"x" * 1000

    assert (await browser.post("/request", content=b"x" * 900_000)).status_code == 200
    assert (await browser.post("/request", content=b"x" * 1_100_000)).status_code == 413
    assert (await browser.post("/request", content=in_pieces(1_100_000))).status_code == 413
    problem = await browser.post("/api/consultation-requests", content=b"x" * 1_100_000)
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 413


async def test_pages_are_compressed_and_events_are_not_held_back(browser):
    page = await browser.get("/request/long", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    held_back = httpx.Timeout(60)  # the service goes on sending for much longer
    async with browser.stream(
        "GET", "/staff/inbox/live", headers={"Accept-Encoding": "gzip"}, timeout=held_back
    ) as events:
        assert "content-encoding" not in events.headers
        assert await anext(events.aiter_lines()) == "event: changed"


async def test_a_service_that_hung_up_may_have_done_it_and_the_page_does_not_deny_it(tmp_path, ports):
    async def hang_up(reader, writer):
        asked = await reader.readuntil(b"\r\n\r\n")
        if asked.startswith(b"GET /readyz "):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()
        writer.close()

    service = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    home = Home(tmp_path)
    home.prepare()
    own, *_ = ports
    upstreams = {name: [service.sockets[0].getsockname()[1]] for name in SERVICES}
    part = front_door(home, own, upstreams, ProcessRecord(home.processes))
    await part.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{own}", timeout=60) as browser:
            page = await browser.post("/request", data={"name": "Ines"})
            assert (page.status_code, page.headers["retry-after"]) == (503, "5")
            assert "We cannot tell yet whether" in page.text
            assert "did not reach us" not in page.text
    finally:
        await part.stop()
        service.close()


async def test_what_is_only_looked_at_is_given_up_before_what_was_sent(browser):
    """Each service is silent for longer than the door waits for what fails here, and for less than for what does not."""
    times, list_of_times, (inbox, at_once), sent, changed = await asyncio.gather(
        browser.post("/a/times?after=6", timeout=60),
        browser.get("/api/slots?after=6", timeout=60),
        _look_in_vain_then_send(browser, "/staff/inbox?after=15", "/staff/sign-out"),
        browser.post("/request/en?after=14", data={"who": "self"}, timeout=60),
        _first_change(browser, "/staff/inbox/live?after=14"),
    )

    assert [answer.status_code for answer in (times, list_of_times, inbox)] == [503, 503, 503]
    assert "We cannot show free times at the moment" in times.text
    assert "sent has reached us" not in times.text
    assert (list_of_times.headers["retry-after"], list_of_times.json()["status"]) == ("5", 503)
    assert "Try again" in inbox.text
    assert at_once, "the only replica is not left alone for a page that was slow"
    assert sent.status_code == 200
    assert changed == "event: changed"


async def _look_in_vain_then_send(browser, page, sending):
    """The answer to the look, and whether the same replica took at once what was sent then."""
    looked = await browser.get(page, timeout=60)
    begin = time.monotonic()
    sent = await browser.post(sending, timeout=60)
    return looked, sent.status_code == 200 and time.monotonic() - begin < 1.9  # shut out, it waits for 2


async def _first_change(browser, path):
    async with browser.stream("GET", path, timeout=60) as events:
        return await anext(line async for line in events.aiter_lines() if line)


ENGLISH = re.compile(
    r"\b(the|and|you|your|our|we|us|call|text|please|again|page|this|that|help|day|hour|system)\b", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("path", "accept_language"),
    [
        ("/unheard-of/es", "en"),
        ("/unheard-of", "es"),
        ("/unheard-of", "es-MX,es;q=0.9,en;q=0.8"),
        ("/unheard-of", "fr, es;q=0.8, en;q=0.5"),
    ],
)
async def test_a_spanish_refusal_has_no_english_in_it(browser, path, accept_language):
    page = await browser.get(path, headers={"Accept-Language": accept_language})

    assert '<html lang="es">' in page.text
    assert "Esta página no existe" in page.text
    assert 'href="tel:988"' in page.text
    assert 'href="/info/es"' in page.text
    assert page.headers["vary"] == "Accept-Language"
    assert ENGLISH.findall(re.sub(r"<[^>]+>|Tern Street Clinic", " ", page.text)) == []


@pytest.mark.parametrize(
    ("path", "accept_language"),
    [
        ("/unheard-of/en", "es"),
        ("/staff/unheard-of", "es"),
        ("/unheard-of", "en-US,en;q=0.9,es;q=0.8"),
        ("/unheard-of", "eu,et;q=0.9,est;q=0.8"),
        ("/unheard-of", ""),
    ],
)
async def test_else_it_is_english(browser, path, accept_language):
    page = await browser.get(path, headers={"Accept-Language": accept_language})

    assert '<html lang="en-US">' in page.text
    assert "There is no such page" in page.text


async def test_a_program_is_told_in_spanish_too(browser):
    outcome = await browser.post("/fhir/Appointment/$book", content=b"x" * 1_100_000)
    problem = await browser.post("/api/slots", content=b"x" * 1_100_000, headers={"Accept-Language": "es"})

    assert outcome.json()["issue"][0]["code"] == "too-long"

    assert problem.headers["content-type"] == "application/problem+json"
    assert (problem.json()["title"], problem.json()["status"]) == ("Eso es demasiado grande", 413)


def test_every_refusal_has_both_languages():
    """Status and name, then title, detail, what to do and a way on in each."""
    refusals = re.findall(r"import answer (.*)", CADDYFILE.read_text())

    assert refusals
    for refusal in refusals:
        assert len(shlex.split(refusal)) == 12, refusal


async def test_the_doors_own_pages_say_what_the_services_say_of_the_clinic():
    said = CADDYFILE.read_text()

    for name in SHOWN:
        default = str(ClinicIdentity.model_fields[name.lower()].default)
        assert f"{{$CLINIC_{name}:{default}}}" in said, name


async def test_what_a_clinic_says_of_itself_may_have_quotes_in_it(tmp_path, monkeypatch):
    for name in SHOWN:
        monkeypatch.setenv(f"CLINIC_{name}", f'"{name}": `call` or PAGE us')

    async with door_before(tmp_path, intake=["away"], scheduling=["away"]) as (browser, _):
        page = await browser.get("/unheard-of")

    for name in SHOWN:
        assert f'"{name}": `call` or PAGE us' in page.text


async def test_a_service_that_is_away_is_a_503_with_a_way_out(tmp_path, ports):
    home = Home(tmp_path)
    home.prepare()
    own, *nobody = ports
    part = front_door(
        home,
        own,
        {service: [port] for service, port in zip(SERVICES, nobody, strict=True)},
        ProcessRecord(home.processes),
    )
    await part.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{own}", timeout=60) as browser:
            page = await browser.get("/staff/board")
            assert (page.status_code, page.headers["retry-after"]) == (503, "5")
            assert "(303) 555-0142" in page.text
            assert 'href="tel:988"' in page.text
            sent = await browser.post("/request", data={"name": "Ines"})
            assert (sent.status_code, sent.headers["retry-after"]) == (503, "5")
            assert "What you have just sent did not reach us." in sent.text
            assert 'href="tel:988"' in sent.text
            problem = await browser.get("/api/slots")
            assert problem.headers["content-type"] == "application/problem+json"
            assert problem.json()["title"] == "This part of our system is away for a moment"
            assert problem.headers["retry-after"] == "5"
            assert "try again in a minute" in problem.json()["what_to_do"]
            outcome = await browser.get("/fhir/Appointment")
            assert (outcome.status_code, outcome.headers["content-type"]) == (503, "application/fhir+json")
            (issue,) = outcome.json()["issue"]
            assert issue["code"] == "transient"
            assert issue["details"]["text"].startswith("This part of our system is away for a moment. Nothing you sent")
            assert (await browser.get("/calendar/secret-token.ics")).status_code == 503
            assert (await browser.get("/health")).status_code == 200
        # Links of patients are in paths: nothing of a request may be written down.
        logged = (home.logs / "door.log").read_text()
        assert "/staff/board" not in logged
        assert "secret-token" not in logged
    finally:
        await part.stop()


@asynccontextmanager
async def door_before(tmp_path, intake, scheduling):
    """A browser at a door before these: `intake` and `scheduling` are what to tell each replica, "away" starting none. It
    comes with the ports, intake's first."""
    home = Home(tmp_path)
    home.prepare()
    told = [("intake", words) for words in intake] + [("scheduling", words) for words in scheduling]
    with held_ports(2 + len(told)) as (own, nobody, *ports):
        replicas = [
            await asyncio.create_subprocess_exec(sys.executable, str(ECHO), name, str(port), words)
            for port, (name, words) in zip(ports, told, strict=True)
            if words != "away"
        ]
        for port, (_, words) in zip(ports, told, strict=True):
            if words != "away":
                await asyncio.to_thread(_wait_for, port)
        upstreams = {"intake": ports[: len(intake)], "scheduling": ports[len(intake) :], "notifications": [nobody]}
        part = front_door(home, own, upstreams, ProcessRecord(home.processes))
        await part.start()
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{own}", timeout=60) as browser:
                yield browser, ports
        finally:
            await part.stop()
            for replica in replicas:
                replica.kill()
                await replica.wait()


async def test_a_request_that_finds_nobody_listening_goes_to_another(tmp_path):
    """Static files are asked of whoever is there, without asking for health first."""
    async with door_before(tmp_path, intake=["away"], scheduling=["ready"]) as (browser, (_away, there)):
        answer = await browser.get("/static/chairside.css")

        assert (answer.status_code, answer.json()["port"]) == (200, there)


async def test_nobody_is_sent_to_a_replica_that_is_leaving(tmp_path):
    async with door_before(tmp_path, intake=["ready", "leaving"], scheduling=["away"]) as (browser, (stays, *_)):
        await _until(lambda: _answered_by(browser, {stays}))

        assert await _answered_by(browser, {stays})


async def _answered_by(browser, ports):
    answers = [await browser.get("/request") for _ in range(40)]
    return {answer.json()["port"] for answer in answers} == ports


async def _until(true, seconds=60):
    async with asyncio.timeout(seconds):
        while True:
            if await true():
                return
            await asyncio.sleep(0.1)
