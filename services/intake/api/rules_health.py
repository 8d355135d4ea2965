"""`/health/screening` and `/health/follow-up`: can be read what was approved last? For alerts; reachable from inside only.

Apart from `/readyz`, because a service with the last good rules goes on taking requests.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from services.intake.store.version_kinds import FOLLOW_UP, SCREENING, Kind
from services.intake.use_cases.rules_in_force import rules_in_force
from shared.database import Database
from shared.settings import Settings
from shared.web.dependencies import TheDatabase, TheSettings

router = APIRouter(include_in_schema=False)


@router.get("/health/screening")
async def health_of_screening(database: TheDatabase, settings: TheSettings) -> JSONResponse:
    return await _health(database, settings, SCREENING)


@router.get("/health/follow-up")
async def health_of_follow_up(database: TheDatabase, settings: TheSettings) -> JSONResponse:
    return await _health(database, settings, FOLLOW_UP)


async def _health(database: Database, settings: Settings, kind: Kind) -> JSONResponse:
    async with database.transaction(read_only=True) as tx:
        now = await rules_in_force(tx, kind, settings.clinic.id)
    said: dict[str, Any] = {
        "ok": not now.failed,
        "version": now.content.version,
        "approved": now.approved,
        "unreadable": list(now.failed),
    }
    return JSONResponse(said, 503 if now.failed else 200)
