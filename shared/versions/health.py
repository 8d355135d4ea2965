"""Can be read what was approved last? For alerts; reachable from inside only.

Apart from `/readyz`, because a service with the last good version goes on working.
"""

from typing import Any

from starlette.responses import JSONResponse

from shared.database import Database
from shared.settings import Settings
from shared.versions.in_force import rules_in_force
from shared.versions.kind import Kind


async def health_of(database: Database, settings: Settings, kind: Kind) -> JSONResponse:
    async with database.transaction(read_only=True) as tx:
        now = await rules_in_force(tx, kind, settings.clinic.id)
    said: dict[str, Any] = {
        "ok": not now.failed,
        "version": now.content.version,
        "approved": now.approved,
        "unreadable": list(now.failed),
    }
    return JSONResponse(said, 503 if now.failed else 200)
