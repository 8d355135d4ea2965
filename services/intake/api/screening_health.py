"""`/health/screening`: can the rules be read that were approved last? For alerts; reachable from inside only.

Apart from `/readyz`, because a service with the last good rules goes on taking requests.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from services.intake.use_cases.screening_in_force import screening_in_force
from shared.web.dependencies import TheDatabase, TheSettings

router = APIRouter(include_in_schema=False)


@router.get("/health/screening")
async def health_of_screening(database: TheDatabase, settings: TheSettings) -> JSONResponse:
    async with database.transaction(read_only=True) as tx:
        now = await screening_in_force(tx, settings.clinic.id)
    said: dict[str, Any] = {
        "ok": not now.failed,
        "version": now.rule_set.version,
        "approved": now.approved,
        "unreadable": list(now.failed),
    }
    return JSONResponse(said, 503 if now.failed else 200)
