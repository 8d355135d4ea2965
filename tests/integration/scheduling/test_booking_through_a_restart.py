"""PostgreSQL ends while bookings share a commit: each program has a booking that is there, or asks again under its key.

The server is this test's own: an immediate stop (SIGQUIT, no checkpoint) and back ends that are ended, each in the middle of a
group, and again between its commit and its answers, where nobody can know what became of it.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import httpx
import pytest

from operations.embedded.postgres import EmbeddedPostgres, temporary_postgres
from operations.migrate import revisions, service_estate
from services.scheduling.app import build
from shared.clock import FixedClock
from shared.database.group_commit import GroupCommit
from shared.database.migrations import migrate
from shared.database.roles import prepare
from shared.database.shared_transaction import SharedTransaction
from shared.ids import uuid7
from shared.settings import Settings
from tests.conftest import NOON, SCRATCH
from tests.contracts.messaging.hearing import until
from tests.integration.scheduling.desk import CLINICIANS, Desk
from tests.integration.scheduling.front import KEYS, SITE, Front

PROGRAMS = 8
PATIENCE = 180.0
AGAIN = {503}


@pytest.fixture(scope="module")
async def postgres_of_its_own() -> AsyncIterator[EmbeddedPostgres]:
    async with temporary_postgres(settings=SCRATCH) as server:
        yield server


@pytest.fixture
async def front(postgres_of_its_own, keyring_line, secrets) -> AsyncIterator[Front]:
    server, name = postgres_of_its_own, f"restarted_{uuid7().hex}"
    estate = service_estate("scheduling", name)
    await prepare(server.dsn(), estate)
    await migrate(server.dsn(), estate, revisions("scheduling"))
    settings = Settings(
        environment="development", database_url=server.dsn(name), keyring_url=keyring_line.url, **secrets, **KEYS
    )  # type: ignore[arg-type]
    clock = FixedClock(NOON)
    app = build(settings, clock=clock, messaging=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE) as http,
    ):
        front = Front(app, http, Desk(app.state.database, clock, server.dsn(name)))
        await front.desk.set_up()
        await front.sign_in()
        yield front


async def stop_at_once(server: EmbeddedPostgres) -> None:
    """And start again, in its own time."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGQUIT)
    await until(lambda: _gone(server))
    await server.start()


async def _gone(server: EmbeddedPostgres) -> bool:
    return server.pid is None


async def end_back_ends(server: EmbeddedPostgres) -> None:
    owner = await asyncpg.connect(server.dsn())
    try:
        await owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname like 'restarted%'")
    finally:
        await owner.close()


def break_groups(front: Front, once: Callable[[], Awaitable[None]], when: str) -> list[str]:
    """The next group that several share meets the fault; answers what it has met, once it has."""
    database, met = front.desk.database, []

    class Broken(SharedTransaction):
        async def flush(self) -> bool:
            said = await super().flush()
            if self.shared and said and when == "before" and not met:
                met.append(when)
                await once()
            return said

    class Opened:
        def __init__(self) -> None:
            self._inside = database._open(Broken)

        async def __aenter__(self) -> Broken:
            self._tx = await self._inside.__aenter__()
            return self._tx

        async def __aexit__(self, *error: object) -> bool | None:
            passed = await self._inside.__aexit__(*error)  # type: ignore[arg-type]
            if self._tx.shared and error[0] is None and when == "after" and not met:
                met.append(when)
                await once()
                raise ConnectionError("the answer to the commit was lost")
            return passed

    database._group_commit = GroupCommit(Opened)
    return met


async def until_known(front: Front, body: dict[str, str], key: str) -> tuple[httpx.Response, int]:
    """The first answer that is none to come back for, and how often it took."""
    headers = {"Origin": SITE, "Idempotency-Key": key}
    async with asyncio.timeout(PATIENCE):
        tries = 0
        while True:
            tries += 1
            answer = await front.http.post("/api/appointments", json=body, headers=headers)
            if answer.status_code not in AGAIN:
                return answer, tries
            assert int(answer.headers["retry-after"]) > 0
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", [stop_at_once, end_back_ends], ids=["stopped at once", "back ends ended"])
async def test_who_asks_again_has_one_booking_and_it_is_there(front, postgres_of_its_own, fault, when):
    bodies = [
        {
            "patient_id": str(await front.desk.patient()),
            "clinician_id": str(CLINICIANS[n % 2].id),
            "starts_at": front.desk.monday_at(8 + n // 2 * 2).isoformat(),
        }
        for n in range(PROGRAMS)
    ]
    keys = [f"a-fresh-key-{n}" for n in range(PROGRAMS)]
    met = break_groups(front, lambda: fault(postgres_of_its_own), when)

    asked = list(zip(bodies, keys, strict=True))
    known = await asyncio.gather(*(until_known(front, *one) for one in asked))

    assert met == [when]
    assert max(tries for _, tries in known) > 1
    assert [answer.status_code for answer, _ in known] == [201] * PROGRAMS
    there = {str(row["id"]) for row in await front.desk.database.pool.fetch("select id from appointment")}
    assert {answer.json()["id"] for answer, _ in known} == there
    assert len(there) == PROGRAMS
    assert len(await front.desk.said("session-scheduled")) == PROGRAMS
    assert (await front.desk.active(), await front.desk.overlaps()) == (5 * PROGRAMS, 0)
    again = [(await until_known(front, *one))[0].text for one in asked]
    assert again == [answer.text for answer, _ in known]
