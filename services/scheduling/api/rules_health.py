"""`/health/urgency`: can be read what was approved last?"""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from services.scheduling.store.urgency_versions import URGENCY
from shared.versions.health import health_of
from shared.web.dependencies import TheDatabase, TheSettings

router = APIRouter(include_in_schema=False)


@router.get("/health/urgency")
async def health_of_urgency(database: TheDatabase, settings: TheSettings) -> JSONResponse:
    return await health_of(database, settings, URGENCY)
