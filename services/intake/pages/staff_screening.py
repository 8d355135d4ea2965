"""`/staff/requests/screening`: the versions of the screening rules; one of them; two side by side; drafts and approvals."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Response
from starlette.responses import RedirectResponse

from services.intake.domain.reasons import WORDS
from services.intake.domain.screening.differences import GROUP_WORDS, LANGUAGES, OUTCOME_WORDS, SUPPORT_WORDS
from services.intake.pages.staff import ApprovesRules, OurStaff, WritesRules, may_approve_rules, may_write_rules
from services.intake.problems import ChangedSinceSeen, RuleSetBroken, VersionNotFound
from services.intake.store.screening_acts import Person
from services.intake.use_cases.approve_screening import approve_screening
from services.intake.use_cases.draft_screening import draft_screening
from services.intake.use_cases.look_at_screening import compare_screening, list_screening, look_at_screening
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix="/staff/requests/screening",
    include_in_schema=False,
    responses=may_refuse(VersionNotFound, ChangedSinceSeen, RuleSetBroken),
)
MOST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=MOST)]
SAID = {
    "outcomes": OUTCOME_WORDS,
    "supports": SUPPORT_WORDS,
    "groups": GROUP_WORDS,
    "languages": LANGUAGES,
    "reasons": WORDS,
}
"""How the templates call what the rules hold."""


@router.get("")
async def versions(staff: OurStaff, pages: ThePages, database: TheDatabase, settings: TheSettings) -> Response:
    async with database.transaction(read_only=True) as tx:
        found = await list_screening(tx, settings.clinic.id)
    return pages.page("staff_screening.html", staff=staff, found=found)


@router.get("/compare")
async def compare(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
    before: Annotated[int, Query(ge=1, le=MOST)],
    after: Annotated[int, Query(ge=1, le=MOST)],
) -> Response:
    async with database.transaction(read_only=True) as tx:
        found = await compare_screening(tx, settings.clinic.id, before, after)
    return pages.page("staff_screening_compare.html", staff=staff, found=found)


@router.get("/{number}")
async def version(
    number: Number, staff: OurStaff, pages: ThePages, database: TheDatabase, settings: TheSettings
) -> Response:
    async with database.transaction(read_only=True) as tx:
        whole = await look_at_screening(tx, settings.clinic.id, number)
    return pages.page(
        "staff_screening_version.html",
        staff=staff,
        whole=whole,
        may_write=may_write_rules(staff),
        may_approve=may_approve_rules(staff),
        **SAID,
    )


@router.post("/{number}/draft")
async def draft(number: Number, staff: WritesRules, database: TheDatabase, settings: TheSettings) -> Response:
    async with database.transaction() as tx:
        made = await draft_screening(tx, settings.clinic.id, number, Person(staff.staff_id, staff.name))
    return RedirectResponse(f"/staff/requests/screening/{made.number}", status_code=303)


@router.post("/{number}/approve")
async def approve(
    number: Number,
    staff: ApprovesRules,
    database: TheDatabase,
    settings: TheSettings,
    seen: Annotated[int, Form(ge=1, le=MOST)],
) -> Response:
    async with database.transaction() as tx:
        await approve_screening(tx, settings.clinic.id, number, seen, Person(staff.staff_id, staff.name))
    return RedirectResponse(f"/staff/requests/screening/{number}", status_code=303)
