"""`/staff/clinic`: the clinic as data, what it was before, and the bookings that have no place in it any more."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.scheduling.domain.clinic import ResourceKind
from services.scheduling.pages.clinic_people import period_key
from services.scheduling.pages.clinic_words import (
    KINDS,
    PURPOSES,
    absence_line,
    changes,
    closure_line,
    need_line,
    opening_lines,
    part_lines,
    period_words,
    person_name,
    roster_line,
    rosters,
)
from services.scheduling.pages.staff import OurStaff
from services.scheduling.pages.urgency_words import request_lines, risk_lines
from services.scheduling.problems import ClinicNotSetUp
from services.scheduling.store import clinic_changes
from services.scheduling.store.staff_names import staff_names
from services.scheduling.store.urgency_versions import URGENCY
from services.scheduling.use_cases.change_clinic import the_clinic, without_place_now
from shared.events.staff import Role
from shared.versions.in_force import rules_in_force
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/clinic", include_in_schema=False)

MOST = 20
"""Changes on one page of the history."""
FURTHEST = 10_000


@router.get("", responses=may_refuse(ClinicNotSetUp))
async def overview(
    staff: OurStaff, pages: ThePages, database: TheDatabase, settings: TheSettings, saved: bool = False
) -> Response:
    async with database.transaction(read_only=True) as tx:
        clinic = await the_clinic(tx, settings.clinic.id)
        waiting = len(await without_place_now(tx, clinic))
        urgency = await rules_in_force(tx, URGENCY, settings.clinic.id)
    people = {one.person: one for one in clinic.resources if one.kind is not ResourceKind.CHAIR}
    return pages.page(
        "clinic.html",
        staff=staff,
        administrates=Role.ADMINISTRATOR in staff.roles,
        just_saved=saved,
        waiting=waiting,
        deadlines=risk_lines(urgency.content) + request_lines(urgency.content),
        urgency_version=urgency.content.version,
        urgency_approval=urgency.approval,
        clinic_now=clinic,
        opening=opening_lines(clinic),
        closures=[closure_line(one) for one in clinic.closures],
        absences=[absence_line(clinic, one) for one in clinic.absences],
        chairs=[
            (one, next((room.name for room in clinic.rooms if room.id == one.room_id), "In no room"))
            for one in clinic.resources
            if one.kind is ResourceKind.CHAIR
        ],
        people=[
            {
                "id": person,
                "name": person_name(one),
                "works_as": KINDS[one.kind],
                "seats": sum(other.person == person for other in clinic.of_kind(ResourceKind.NURSE_SEAT)),
                "nurse": one.kind is ResourceKind.NURSE_SEAT,
                "active": any(other.active for other in clinic.resources if other.person == person),
                "out_of_role": one.out_of_role,
                "qualified": [which.name for which in clinic.qualifications if which.of == person],
                "rosters": [
                    (period_key(period), period_words(period), roster_line(shifts))
                    for period, shifts in rosters(clinic, person).items()
                ],
            }
            for person, one in people.items()
        ],
        kinds=[
            (kind, PURPOSES[kind.purpose], part_lines(kind), [need_line(kind, need) for need in kind.needs])
            for kind in clinic.kinds
        ],
        not_offered=[(purpose, name) for purpose, name in PURPOSES.items() if clinic.kind(purpose) is None],
    )


@router.get("/history", responses=may_refuse(ClinicNotSetUp))
async def history(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
    page: Annotated[int, Query(ge=1, le=FURTHEST)] = 1,
) -> Response:
    async with database.transaction(read_only=True) as tx:
        await the_clinic(tx, settings.clinic.id)
        found = await clinic_changes.newest(tx, settings.clinic.id, skip=MOST * (page - 1), most=MOST + 1)
        names = await staff_names(tx, (one.changed_by for one in found))
    return pages.page(
        "clinic_history.html",
        staff=staff,
        made=[
            (one, names.get(one.changed_by) if one.changed_by else None, changes(one.before, one.after))
            for one in found[:MOST]
        ],
        page=page,
        more=len(found) > MOST,
    )
