"""Free times without scripts: on scheduling's page while it answers; when it is dead or frozen, wishes, said plainly."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from tests.integration.intake.conftest import Intake, MakeIntake, words
from tests.integration.intake.guided_pages import Visitor

READY = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404); self.end_headers()
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ready)
print(server.server_address[1], flush=True)
server.serve_forever()
"""
HTML = {"Accept": "text/html"}


class Scheduling:
    """A process of its own that says it is ready, until it is frozen or killed."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process, self.url = process, f"http://127.0.0.1:{port}"

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    async def die(self) -> None:
        self.process.kill()
        await self.process.wait()


@pytest.fixture
async def scheduling() -> AsyncIterator[Scheduling]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", READY, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    yield Scheduling(process, int(await process.stdout.readline()))
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.fixture
async def intake(make_intake: MakeIntake, scheduling: Scheduling) -> Intake:
    return await make_intake(scheduling_url=[scheduling.url])


async def at_when(intake: Intake, language: str = "en") -> Visitor:
    visitor = await Visitor(intake, language=language).begin()
    await visitor.walk_to("when")
    return visitor


async def asks(intake: Intake, visitor: Visitor, **typed: str):
    address = visitor.at.replace("/when", "/free-times")
    return await intake.http.post(address, data={**visitor.hidden, **typed}, headers=HTML)


async def test_while_it_answers_the_same_form_goes_there_and_the_ticket_stands_in_no_address(intake: Intake):
    answer = await asks(intake, await at_when(intake))

    assert (answer.status_code, answer.headers["location"]) == (307, "/a/times")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("fate", ["frozen", "dead"])
async def test_when_it_does_not_the_page_says_so_soon_and_asks_for_wishes(
    intake: Intake, scheduling: Scheduling, fate: str
):
    visitor = await at_when(intake)
    if fate == "frozen":
        scheduling.freeze()
    else:
        await scheduling.die()

    answer = await asyncio.wait_for(asks(intake, visitor, weekdays="tuesday", not_before="2026-07-01"), 60)

    assert answer.status_code == 503
    assert "We cannot show free times at the moment. Everything you have answered is kept." in words(answer.text)
    assert 'value="tuesday" checked' in answer.text
    assert 'value="2026-07-01"' in answer.text


async def test_from_there_the_request_goes_on_with_wishes(intake: Intake, scheduling: Scheduling):
    visitor = await at_when(intake)
    scheduling.freeze()
    visitor.page = (await asks(intake, visitor)).text

    await visitor.press(weekdays="tuesday")

    assert not visitor.at.endswith("/when")


async def test_in_spanish(intake: Intake, scheduling: Scheduling):
    visitor = await at_when(intake, "es")
    scheduling.freeze()

    assert "En este momento no podemos mostrar horas libres." in words((await asks(intake, visitor)).text)
