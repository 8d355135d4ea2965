"""`/api/slots`: the free times of a clinic, for web front ends and for the pages of a request."""

from datetime import date, datetime, time
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel

from services.scheduling.callers import within_reach
from services.scheduling.domain.wall_clock import reads
from services.scheduling.problems import NoTimesToChoose
from services.scheduling.use_cases.find_free_times import find_free_times
from shared.events.values import DayPart, Weekday, Wishes
from shared.web.dependencies import TheDatabase, TheSettings
from shared.web.problems import FieldError, InvalidInput
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/api/slots", tags=["free times"])


class Slot(BaseModel):
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    """What the clinic's wall clock shows then."""


class Slots(BaseModel):
    """Best first: the wishes met, then the earliest. Two may overlap; only one of them can be had then."""

    zone: str
    slots: list[Slot]


@router.get("", summary="Free times", responses=may_refuse())
async def slots(
    response: Response,
    database: TheDatabase,
    settings: TheSettings,
    kind: Literal["consultation"] = "consultation",
    earliest: Annotated[AwareDatetime | None, Query(alias="from", description="No earlier start")] = None,
    latest: Annotated[AwareDatetime | None, Query(alias="until", description="No later start")] = None,
    weekdays: Annotated[tuple[Weekday, ...], Query(max_length=7)] = (),
    day_parts: Annotated[tuple[DayPart, ...], Query(max_length=3)] = (),
    not_before: Annotated[date | None, Query(description="The first day that suits, by the clinic's clock")] = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Slots:
    """Times that were free a moment ago. Wishes put them in order and exclude none.

    Nothing is listed while patients stand on the waiting list, for what is free is theirs first.
    """
    del kind  # the only one that patients choose times for
    response.headers["Cache-Control"] = "no-store"
    wishes = Wishes(
        weekdays=weekdays,
        day_parts=day_parts,
        not_before=datetime.combine(not_before, time()) if not_before else None,
    )
    async with database.transaction(read_only=True) as tx:
        for name, at in (("from", earliest), ("until", latest)):
            if at is not None and not within_reach(at, tx.now):
                raise InvalidInput(errors=[FieldError("Name a time within a year or so.", parameter=name)])
        try:
            free = await find_free_times(tx, settings.clinic.id, wishes, earliest=earliest, latest=latest)
        except NoTimesToChoose:
            return Slots(zone=settings.clinic.zone, slots=[])
        zone = free.clinic.zone
        found = [candidate.during for candidate in islice(free.found, most)]
    return Slots(
        zone=zone,
        slots=[Slot(starts_at=one.start, ends_at=one.end, local_start=reads(one.start, zone)) for one in found],
    )
