"""Health that is true and does not make things worse.

`/livez`: the event loop turns. `/readyz`: this process may be sent requests: database, schema version, not stopping. The
broker is not asked: requests are accepted without it. `/health/messaging`: what compose waits for and alerts look at.
`/health/clinic`: which clinic this process serves, and by which zone it reads the clock.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from shared.database import Database
from shared.database.one_clinic import ClinicsNotKeptApart
from shared.database.schema_version import chain, current
from shared.settings import ClinicIdentity


class Messaging(Protocol):
    """The two halves of messaging, each of which can say how it is."""

    def health(self) -> dict[str, Any]:
        """`ok`, and what it was judged by."""
        ...


class Readiness:
    """Whether requests should be sent here. `draining` is set when the process was told to stop."""

    def __init__(self, database: Database, migrations: Path) -> None:
        self._database = database
        self._revisions = chain(migrations)
        self.draining = False

    def drain(self) -> None:
        """The process was told to stop: no new requests, please."""
        self.draining = True

    async def reasons(self) -> list[str]:
        """Why not; empty means ready."""
        if self.draining:
            return ["stopping"]
        try:
            async with self._database.pool.acquire(timeout=2) as connection:
                found = await current(connection, self._database.service)
        except ClinicsNotKeptApart:
            return ["clinics-not-kept-apart"]
        except Exception:  # whatever it is, requests would meet it too
            return ["database-away"]
        return [] if self._revisions.suffices(found) else [f"schema-at-{found}-expected-{self._revisions.head}"]


def health_routes(
    readiness: Callable[[], Readiness], messaging: Callable[[], dict[str, Messaging]], clinic: ClinicIdentity
) -> APIRouter:
    """The routes of one service. The parts are asked for late: they exist once the service has started."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/livez")
    async def livez() -> JSONResponse:
        return JSONResponse({"ok": True})

    @routes.get("/readyz")
    async def readyz() -> JSONResponse:
        reasons = await readiness().reasons()
        return JSONResponse({"ok": not reasons, "reasons": reasons}, 503 if reasons else 200)

    @routes.get("/health/messaging")
    async def health_of_messaging(_: Request) -> JSONResponse:
        parts = {name: part.health() for name, part in messaging().items()}
        well = all(part.get("ok", False) for part in parts.values())
        return JSONResponse({"ok": well, **parts}, 200 if well else 503)

    @routes.get("/health/clinic")
    async def clinic_served() -> JSONResponse:
        return JSONResponse({"id": str(clinic.id), "zone": clinic.zone})

    return routes
