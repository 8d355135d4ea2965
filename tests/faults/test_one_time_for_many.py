"""Many press "Book the session" for one time at once, through the front door, while scheduling is killed in the middle."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from operations.player import staff
from operations.player.browser import Browser, Form, Page, Unexpected
from shared.clock import SystemClock
from tests.faults.clinic import UNFENCED, Clinic, ask, eventually, running_clinic, sign_in
from tests.integration.scheduling.desk import OVERLAPS

pytestmark = [pytest.mark.faults, pytest.mark.faults_long]

ZONE = "America/Denver"
CLIENTS = 16
AGAIN = {500, 502, 503, 504}
"""The service is away at this moment: the same form is sent again, under its own key."""


@pytest.fixture(scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    async with running_clinic(tmp_path_factory.mktemp("clinic") / "home", settings=UNFENCED) as clinic:
        yield clinic


@pytest.fixture
async def desk(clinic: Clinic) -> AsyncIterator[Browser]:
    async with Browser(clinic.addresses.public_url) as browser:
        await sign_in(browser)
        yield browser


@pytest.fixture
async def forms(clinic: Clinic, desk: Browser) -> list[Form]:
    """The form for a new session, filled in by everybody for a patient of their own, all for the same time."""
    async with Browser(clinic.addresses.public_url) as visitor:
        asked = [await ask(visitor) for _ in range(CLIENTS)]

    async def everybody_is_known() -> bool:
        try:
            for one in asked:
                await desk.open(f"/staff/sessions/new?find={one.request.reference}")
        except Unexpected as unknown:
            if unknown.status != 422:
                raise
            return False
        return True

    await eventually(everybody_is_known)
    at = _monday_at_ten(SystemClock().now())
    return [await staff.session_form(desk, one.request.reference, at, ZONE) for one in asked]


def _monday_at_ten(now: datetime) -> datetime:
    """Of the week after next, in Denver: 16:00 or 17:00 UTC, both of which are within its hours."""
    return (now + timedelta(days=14 - now.weekday())).replace(hour=17, minute=0, second=0, microsecond=0)


async def until_answered(desk: Browser, form: Form) -> Page:
    """A page that says what became of it: the session, or why not and what else."""
    while True:
        try:
            return await desk.send(form, may_refuse=409)
        except (Unexpected, httpx.TransportError) as failure:
            if isinstance(failure, Unexpected) and failure.status not in AGAIN:
                raise
            await asyncio.sleep(0.2)


def offered(page: Page) -> list[Form]:
    """The same form with each of the times that can be had instead."""
    form = page.form(having="prescriber")
    return [Form(form.action, [*form.fields, button]) for button in form.buttons if button[0] == "instead"]


async def test_one_has_it_everybody_else_is_offered_others_and_in_the_end_everybody_is_booked(clinic, desk, forms):
    answers: list[Page] = []

    async def press(form: Form) -> Page:
        page = await until_answered(desk, form)
        answers.append(page)
        return page

    async def kill_scheduling_when_some_were_answered() -> None:
        await eventually(lambda: _as_soon_as(len(answers) >= CLIENTS // 4))
        if pid := clinic.pids()["scheduling"]:
            os.kill(pid, signal.SIGKILL)

    first, _ = await asyncio.gather(
        asyncio.gather(*(press(form) for form in forms)), kill_scheduling_when_some_were_answered()
    )
    refused = [page for page in first if page.status == 409]
    assert len(refused) == CLIENTS - 1
    assert all(len(offered(page)) == 3 for page in refused)

    for _ in range(CLIENTS):
        again = [offered(page)[n % 3] for n, page in enumerate(refused)]
        pages = await asyncio.gather(*(press(form) for form in again))
        refused = [page for page in pages if page.status == 409]
    assert refused == []
    assert await clinic.rows("select 1 from scheduling.session where state = 'booked'") == [(1,)] * CLIENTS
    assert (await clinic.rows(OVERLAPS))[0][0] == 0


async def _as_soon_as(fact: bool) -> bool:
    return fact
