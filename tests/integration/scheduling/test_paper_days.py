"""What the demo does with a session, played at hours when the clinic is closed, and over both changes of the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from operations.player import staff
from operations.player.browser import Browser
from operations.player.patient import Request
from shared.events.staff import Role
from tests.integration.scheduling.front import SITE, words

DENVER = ZoneInfo("America/Denver")
HOURS = [
    "2026-11-28T22:00",  # a Saturday night
    "2026-11-29T13:00",
    "2026-11-30T00:10",  # Monday has begun, and nobody was there yet
    "2026-11-30T09:40",
    "2026-12-02T12:07",
    "2026-12-04T18:00",
    "2026-11-01T01:30",  # comes twice: the clocks go back
    "2026-11-02T03:00",
    "2027-03-14T03:00",  # an hour ago it was one o'clock: the clocks go forward
    "2027-03-15T00:00",
    "2026-12-31T23:59",
    "2027-01-01T00:01",
]


@pytest.mark.parametrize("local", HOURS)
async def test_a_session_of_a_day_on_paper_is_booked_and_recorded_at_any_hour(front, local):
    await assert_played(front, datetime.fromisoformat(local).replace(tzinfo=DENVER), times=3)


async def test_many_demos_of_one_day_find_earlier_times(front):
    await assert_played(front, datetime(2026, 11, 28, 22, 0, tzinfo=DENVER), times=16)


async def assert_played(front, now, times):
    front.desk.clock.advance(now - front.desk.clock.now())
    async with Browser(SITE, httpx.ASGITransport(app=front.app)) as browser:
        browser.remember("chairside", front.staff_token(Role.FRONT_DESK))
        for _ in range(times):
            asked = await front.asks()
            request = Request(asked.reference, "", "", "")

            session = await staff.enter_paper_session(browser, request, now, "America/Denver")
            await staff.record_session(browser, session, "America/Denver")

            assert "Full infusion" in words((await browser.open(session.path)).text)
    assert (await front.desk.topics()).count("session-completed") == times
