"""Free times: from scheduling while it answers; when it is dead or frozen, wishes, said plainly, on a page and in its place."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.intake.domain.guided.walk import CHECK
from shared.ids import uuid7
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


async def asks_by_script(intake: Intake, visitor: Visitor, **typed: str):
    address = visitor.at.replace("/when", "/free-times")
    return await intake.http.post(address, data={**visitor.hidden, **typed}, headers={**HTML, "HX-Request": "true"})


async def test_a_script_is_led_to_the_same_times(intake: Intake):
    answer = await asks_by_script(intake, await at_when(intake))

    assert (answer.status_code, answer.headers["location"]) == (307, "/a/times")


@pytest.mark.parametrize("fate", ["frozen", "dead"])
async def test_when_there_are_none_to_see_the_place_for_them_says_so(intake: Intake, scheduling: Scheduling, fate: str):
    visitor = await at_when(intake, "es")
    if fate == "frozen":
        scheduling.freeze()
    else:
        await scheduling.die()

    place = await asyncio.wait_for(asks_by_script(intake, visitor), 60)

    assert place.status_code == 200, "anything else would leave the place as it was"
    assert "En este momento no podemos mostrar horas libres." in words(place.text)
    assert ("<html" in place.text, "<form" in place.text, "autofocus" in place.text) == (False, False, False)


async def test_a_time_that_is_kept_stays_in_the_place(intake: Intake, scheduling: Scheduling):
    visitor = await at_when(intake)
    until = intake.clock.now() + timedelta(minutes=15)
    kept = {"hold_id": str(uuid7()), "slot": until.isoformat(), "kept_until": until.isoformat()}
    await scheduling.die()

    place = await asks_by_script(intake, visitor, **kept)

    assert f'name="hold_id" value="{kept["hold_id"]}"' in place.text


async def test_what_was_sent_in_another_window_leads_the_whole_page_on(intake: Intake):
    visitor, other = await at_when(intake), Visitor(intake)
    await (await other.open(visitor.at)).walk_to(CHECK)
    await other.press()

    by_script, without = await asks_by_script(intake, visitor), await asks(intake, visitor)

    assert (by_script.status_code, by_script.text) == (204, "")
    assert (without.status_code, without.headers["location"]) == (303, by_script.headers["hx-redirect"])
    assert other.at == (await other.open(by_script.headers["hx-redirect"])).at


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
