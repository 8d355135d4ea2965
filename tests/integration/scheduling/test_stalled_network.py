"""The network to PostgreSQL holds every byte and closes nothing: who waits is told to come back, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from services.scheduling.app import build
from services.scheduling.use_cases.answer_offer import let_offers_lapse
from services.scheduling.use_cases.let_holds_lapse import tidy_holds
from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from shared.clock import FixedClock
from shared.database import database, pool
from shared.database.failures import is_place
from tests.conftest import NOON, MakeScratch
from tests.integration.scheduling.conftest import demo_clinic_stands
from tests.integration.scheduling.desk import CLINICIANS, Desk
from tests.integration.scheduling.front import KEYS, SITE, Front
from tests.integration.scheduling.test_booking_through_a_restart import until_known
from tests.wire import Wire, wire_to

PATIENCE = 120.0
BOUND = 3.0
"""Seconds, instead of many: what takes a busy machine longer would fail without any silence."""
TIMERS = (let_offers_lapse, tidy_holds, review_waiting_list)


@pytest.fixture
async def wired(scratch: MakeScratch, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Front, Wire]]:
    """The desk, on a network of its own and with short bounds; the patience of a test is longer than any of them."""
    for module, bound in ((pool, "COMMAND_TIMEOUT"), (pool, "CONNECT_TIMEOUT"), (database, "ACQUIRE_TIMEOUT")):
        monkeypatch.setattr(module, bound, BOUND)
    place = await scratch("scheduling", fill=demo_clinic_stands, **KEYS)
    clock = FixedClock(NOON)
    async with wire_to(place.dsn) as wire:
        app = build(
            place.settings.model_copy(update={"database_url": SecretStr(wire.url)}), clock=clock, messaging=False
        )
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE) as http,
        ):
            front = Front(app, http, Desk(app.state.database, clock, place.dsn))
            await front.sign_in()
            yield front, wire
            wire.mend()


async def test_every_call_and_every_timer_ends_while_the_network_is_silent_and_afterwards_all_goes_on(wired):
    front, wire = wired
    body = {
        "patient_id": str(await front.desk.patient()),
        "clinician_id": str(CLINICIANS[0].id),
        "starts_at": front.desk.monday_at(10).isoformat(),
    }
    headers = {"Origin": SITE, "Idempotency-Key": "a-fresh-key-1"}

    wire.stall()
    async with asyncio.timeout(PATIENCE):
        booking, looking, *timers = await asyncio.gather(
            front.http.post("/api/appointments", json=body, headers=headers),
            front.http.get("/staff/board", headers={"Accept": "text/html"}),
            *(timer(front.desk.database) for timer in TIMERS),
            return_exceptions=True,
        )
    wire.mend()
    again, _ = await until_known(front, body, headers["Idempotency-Key"])
    async with asyncio.timeout(PATIENCE):
        for timer in TIMERS:
            await timer(front.desk.database)

    assert [answer.status_code for answer in (booking, looking)] == [503, 503]
    assert all(int(answer.headers["retry-after"]) > 0 for answer in (booking, looking))
    assert all(is_place(error) for error in timers), timers
    assert again.status_code == 201
    assert await front.desk.database.pool.fetchval("select count(*) from session") == 1
    assert wire.held > 0
