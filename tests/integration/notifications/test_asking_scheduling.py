"""The one question to scheduling, over HTTP: answers, refusals, silence."""

from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Response

from services.notifications.domain.message import Standing
from services.notifications.outside.scheduling import SchedulingService
from services.notifications.use_cases.outside import SchedulingSilent
from shared.ids import uuid7


class Twin:
    """Answers what it is told to, and counts how often it was asked."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.asked: list[UUID] = []
        self.app = FastAPI()
        self.app.get("/internal/appointments/{appointment_id}/revision")(self.answer)
        self.app.post("/internal/requests/{appointment_id}/change-link")(self.answer)
        self.app.post("/internal/offers/{appointment_id}/link")(self.answer)
        self.app.post("/internal/appointments/{appointment_id}/revisions/2/attendance-link")(self.answer)

    async def answer(self, appointment_id: UUID) -> Response:
        self.asked.append(appointment_id)
        status, body = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return Response(body, status, media_type="application/json")

    def service(self) -> SchedulingService:
        return SchedulingService(httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app)), ["http://s"])


BOOKED = '{"appointment_id": "x", "revision": 3, "state": "booked", "zone": "America/Denver"}'
ASKED = '{"revision": 3, "state": "booked", "cannot_be_kept": true}'
CANCELLED = '{"revision": 4, "state": "cancelled"}'


@pytest.mark.parametrize(
    ("answers", "standing", "asked"),
    [
        ([(200, BOOKED)], Standing(3, cancelled=False), 1),
        ([(200, ASKED)], Standing(3, cancelled=False, cannot_be_kept=True), 1),
        ([(200, CANCELLED)], Standing(4, cancelled=True), 1),
        ([(404, "{}")], None, 1),
        ([(401, "{}")], None, 1),
        ([(503, "{}"), (200, BOOKED)], Standing(3, cancelled=False), 2),
        ([(500, "{}")], None, 1),
        ([(200, "<html>")], None, 1),
    ],
)
async def test_only_a_clear_answer_tells_how_an_appointment_stands(
    answers: list[tuple[int, str]], standing: Standing | None, asked: int
) -> None:
    twin = Twin(*answers)

    assert await twin.service().standing(uuid7()) == standing
    assert len(twin.asked) == asked


async def test_it_is_asked_twice_before_it_counts_as_silent() -> None:
    twin = Twin((503, "{}"))

    with pytest.raises(SchedulingSilent):
        await twin.service().standing(uuid7())

    assert len(twin.asked) == 2


async def test_nobody_there_is_silence() -> None:
    service = SchedulingService(httpx.AsyncClient(timeout=1), ["http://127.0.0.1:1"])

    with pytest.raises(SchedulingSilent):
        await service.standing(uuid7())
    await service.close()


async def test_where_one_replica_is_away_another_answers_and_is_asked_first_from_then_on() -> None:
    twin = Twin((200, BOOKED))
    there = httpx.ASGITransport(app=twin.app)
    away = Away()
    client = httpx.AsyncClient(mounts={"http://there": there, "http://away": away})
    service = SchedulingService(client, ["http://away", "http://there"])

    answers = [await service.standing(uuid7()) for _ in range(2)]

    assert answers == [Standing(3, cancelled=False)] * 2
    assert (away.asked, len(twin.asked)) == (1, 2)
    await service.close()


class Away(httpx.AsyncBaseTransport):
    """Nobody listens there."""

    asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        raise httpx.ConnectError("nobody listens", request=request)


PATH = f"/a/{'x' * 43}"


@pytest.mark.parametrize(
    ("status", "body", "link"),
    [
        (201, f'{{"path": "{PATH}"}}', PATH),
        (404, "{}", None),
        (200, f'{{"path": "{PATH}"}}', None),
        (201, '{"path": "https://elsewhere.example/"}', None),
        (201, '{"path": "/a/short"}', None),
    ],
)
async def test_a_link_is_one_of_ours_or_none(status: int, body: str, link: str | None) -> None:
    assert await Twin((status, body)).service().change_link(uuid7()) == link


async def test_the_link_of_an_offer_leads_to_its_page() -> None:
    path = f"/a/offer/{'x' * 43}"

    assert await Twin((201, f'{{"path": "{path}"}}')).service().offer_link(uuid7()) == path
    assert await Twin((409, "{}")).service().offer_link(uuid7()) is None


async def test_the_link_to_say_that_one_comes_leads_to_its_page() -> None:
    path = f"/a/coming/{'x' * 43}"

    assert await Twin((201, f'{{"path": "{path}"}}')).service().attendance_link(uuid7(), 2) == path
    assert await Twin((404, "{}")).service().attendance_link(uuid7(), 2) is None


async def test_without_an_answer_there_is_no_saying_whether_there_is_a_link() -> None:
    with pytest.raises(SchedulingSilent):
        await Twin((503, "{}")).service().change_link(uuid7())
