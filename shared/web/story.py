"""A service's part of a patient's story, for staff: what it said and what it did, with times and without contents."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from shared.events.staff import Role
from shared.messaging.story import heard_of, said_about
from shared.web.dependencies import TheDatabase, TheSettings
from shared.web.staff_session import StaffSession, require_staff

MOST_EVENTS = 500
AnyStaff = Annotated[StaffSession, Depends(require_staff(*Role))]


def story_routes(staff_home: str) -> APIRouter:
    """`GET <staff_home>/story/<patient>?since=` and `?event=…&event=…` for what was heard. One pair per service."""
    routes = APIRouter(prefix=f"{staff_home}/story", include_in_schema=False)

    @routes.get("/{patient_id}/said")
    async def said(
        patient_id: UUID,
        since: Annotated[AwareDatetime, Query()],
        database: TheDatabase,
        settings: TheSettings,
        staff: AnyStaff,
    ) -> list[dict[str, Any]]:
        del staff  # asked for what it checks
        async with database.transaction(read_only=True) as tx:
            found = await said_about(tx.connection, f"{settings.clinic.id}/{patient_id}", since)
        return [_plain(one) for one in found[:MOST_EVENTS]]

    @routes.get("/heard")
    async def heard(
        event: Annotated[list[UUID], Query(max_length=MOST_EVENTS)], database: TheDatabase, staff: AnyStaff
    ) -> list[dict[str, Any]]:
        del staff
        async with database.transaction(read_only=True) as tx:
            return [_plain(one) for one in await heard_of(tx.connection, event)]

    return routes


def _plain(one: Any) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(one).items()}
