"""`/health/screening` and `/health/follow-up`: can be read what was approved last?"""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from services.intake.store.version_kinds import FOLLOW_UP, SCREENING
from shared.versions.health import health_of
from shared.web.dependencies import TheDatabase, TheSettings

router = APIRouter(include_in_schema=False)


@router.get("/health/screening")
async def health_of_screening(database: TheDatabase, settings: TheSettings) -> JSONResponse:
    return await health_of(database, settings, SCREENING)


@router.get("/health/follow-up")
async def health_of_follow_up(database: TheDatabase, settings: TheSettings) -> JSONResponse:
    return await health_of(database, settings, FOLLOW_UP)
