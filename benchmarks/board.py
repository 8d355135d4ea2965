"""The board of a full day of twenty chairs: from the request to the whole page, as one service worker gives it.

    python -m benchmarks.board [--seconds S]

Signed in, every name unsealed, over a real database with fsync. Beside it the reference: the same page, with what a row shows
asked for row by row, as a page is that grew with its rows. The first page, with no key in memory, is a row of its own.
"""

import base64
import os
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
from fastapi import FastAPI

from benchmarks import board_day
from benchmarks.frame import Row, own_cpu, percentiles, show
from operations.embedded.postgres import temporary_postgres
from operations.migrate import keyring_estate, migrate_estate, service_estate
from services.scheduling.app import build
from services.scheduling.domain.board import Place
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.wall_clock import whole_day
from services.scheduling.pages.board_drawn import Day, drawn
from services.scheduling.pages.names import Names
from services.scheduling.store import clinics, day_list
from services.scheduling.use_cases.see_conflicts import DaySeen
from shared.clock import FixedClock
from shared.database import Database
from shared.events.staff import Role, StaffChanged
from shared.ids import uuid7
from shared.keyring import Keyring
from shared.keyring.contact import open_contact
from shared.settings import Settings
from shared.web.signing_keys import new_key_pair, read_key
from shared.web.staff_directory import store_staff
from shared.web.staff_token import StaffTokenSigner, Strength

SITE = "http://127.0.0.1:8080"
BOARD = f"/staff/board?day={board_day.DAY}"


async def signed_in(app: FastAPI, private: str, clinic_id: UUID, *roles: Role) -> str:
    """The cookie of somebody at work."""
    staff_id = uuid7()
    joined = StaffChanged(clinic_id=clinic_id, staff_id=staff_id, display_name="Rita Imura", roles=roles, active=True)
    async with app.state.database.transaction() as tx:
        await store_staff(tx, [(joined, 1)])
    signer = StaffTokenSigner(read_key(private, "STAFF_TOKEN_PRIVATE_KEY", private=True), SITE)
    return signer.sign(
        staff_id=staff_id,
        session_id=uuid7(),
        roles=frozenset(map(str, roles)),
        clinics=frozenset([clinic_id]),
        strength=Strength.PASSWORD,
        now=board_day.NOW,
    )


async def row_by_row(app: FastAPI) -> str:
    """The reference: a query for each thing that a block shows."""
    database: Database = app.state.database
    settings: Settings = app.state.settings
    names: dict[UUID, str] = {}
    places: list[Place] = []
    async with database.transaction(read_only=True) as tx:
        clinic = await clinics.find(tx, settings.clinic.id)
        assert clinic is not None
        rows = await day_list.of_day(tx, clinic.id, whole_day(board_day.DAY, clinic.zone))
        for row in rows:
            await tx.fetchrow("select * from appointment where id = $1", row.id)
            await tx.fetchrow("select * from session where id = $1", row.session_id)
            await tx.fetchrow("select * from patient where patient_id = $1", row.patient_id)
            taken = await tx.fetch(
                """
                select resource_id, lower(during) as begins, upper(during) as ends
                  from resource_booking where appointment_id = $1 and active
                """,
                row.id,
            )
            for one in taken:
                await tx.fetchrow("select * from resource where id = $1", one["resource_id"])
                places.append(Place(row.id, one["resource_id"], Interval(one["begins"], one["ends"])))
    for row in rows:
        if row.contact is not None:
            cipher = await app.state.keyring.cipher(row.patient_id)
            names[row.patient_id] = open_contact(cipher, row.contact).name
    board = drawn(Day(clinic, board_day.DAY, rows, places, Names(names), DaySeen((), {}), board_day.NOW))
    return app.state.pages.text(
        "board_list.html",
        status=200,
        day=board_day.DAY,
        zone=clinic.zone,
        other_zone="",
        open=[1],
        board=board,
        counts="",
        conflicts=[],
        scores={},
        names_away=False,
        may_move=True,
        seen_as="board",
        found=None,
    )


async def _timed(once: Callable[[], Awaitable[object]], seconds: float) -> list[float]:
    times: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        await once()
        times.append(time.perf_counter() - began)
    return times


async def measure(seconds: float) -> list[Row]:
    private, public = new_key_pair()
    key = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    async with temporary_postgres() as postgres:
        await migrate_estate(postgres.dsn(), service_estate("scheduling", "board"))
        await migrate_estate(postgres.dsn(), keyring_estate("board_keys"))
        settings = Settings(
            environment="development",
            database_url=postgres.dsn("board"),
            keyring_url=postgres.dsn("board_keys"),
            keyring_master_key=key,
            sealing_key=key,
            form_key=key,
            staff_token_public_key=public,
            public_url=SITE,
            burst_rate=0,
        )
        app = build(settings, clock=FixedClock(board_day.NOW), messaging=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE, timeout=60) as http,
        ):
            other = await Keyring.open(settings, app.state.clock)  # so that the app begins with no key in memory
            await board_day.fill(app.state.database, other)
            await other.close()
            cookie = await signed_in(app, private, settings.clinic.id, Role.NURSE)

            async def page(path: str = BOARD) -> str:
                answer = await http.get(path, headers={"Cookie": f"chairside={cookie}", "Accept": "text/html"})
                assert answer.status_code == 200, answer.text
                return answer.text

            async def slowly() -> str:
                return await row_by_row(app)

            began = time.perf_counter()
            blocks = (await page()).count('<li id="a-')
            first = time.perf_counter() - began
            before = own_cpu()
            ours = await _timed(page, seconds)
            cpu = (own_cpu() - before) / len(ours)
            theirs = await _timed(slowly, seconds)
            week = await _timed(lambda: page(BOARD.replace("board", "board/week")), seconds / 2)
    (p50, p99), (their_p50, _) = percentiles(ours), percentiles(theirs)
    return [
        Row(f"board of a full day: 20 chairs, {blocks} appointments", p50, "ms", their_p50, "asked row by row"),
        Row("  p99", p99, "ms", at_least="≤ 100 ms"),
        Row("  CPU of the service for each", cpu * 1000, "ms"),
        Row("  the first page, with no key in memory", first * 1000, "ms"),
        Row("  its week, p99", percentiles(week)[1], "ms"),
    ]


if __name__ == "__main__":
    show("The staff board", measure, seconds=5.0)
