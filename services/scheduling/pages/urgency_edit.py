"""`/staff/urgency/<version>/edit`: a draft of how soon a consultation must be, as one form."""

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.scheduling.domain.urgency_rules import GRAVEST_FIRST, LEVELS, SOONEST_FIRST, UrgencyRules
from services.scheduling.pages.staff import WritesRules
from services.scheduling.pages.urgency_fields import NAMES, Typed, UrgencyErrors, counted_name, read_urgency, typed_of
from services.scheduling.pages.urgency_words import COUNTED, differences
from services.scheduling.store.urgency_versions import URGENCY
from shared.versions.acts import Person
from shared.versions.edit import edit_version
from shared.versions.life import Version
from shared.versions.meanwhile import Meanwhile, changed_meanwhile
from shared.versions.pages import Number
from shared.versions.problems import ChangedSinceSeen, NotADraft, VersionBroken, VersionNotFound
from shared.versions.seen import draft_of, sent_by
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession
from shared.web.templating import Pages

router = APIRouter(
    prefix="/staff/urgency/{number}/edit",
    include_in_schema=False,
    responses=may_refuse(VersionNotFound, NotADraft, ChangedSinceSeen, VersionBroken),
)


@router.get("")
async def form(
    number: Number, staff: WritesRules, pages: ThePages, database: TheDatabase, settings: TheSettings
) -> Response:
    async with database.transaction(read_only=True) as tx:
        version = await draft_of(tx, URGENCY, settings.clinic.id, number)
    return _shown(pages, staff, version, typed_of(version.readable()), seen=version.revision)


@router.post("")
async def save(
    number: Number,
    request: Request,
    staff: WritesRules,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
) -> Response:
    fields, seen = await sent_by(request)
    async with database.transaction() as tx:
        version = await draft_of(tx, URGENCY, settings.clinic.id, number)
        changed = read_urgency(fields, number)
        if isinstance(changed, UrgencyErrors):
            return _shown(pages, staff, version, changed.typed, seen=seen, errors=changed.errors)
        by = Person(staff.staff_id, staff.name)
        try:
            await edit_version(tx, URGENCY, settings.clinic.id, number, changed, seen, by)
        except ChangedSinceSeen:
            now, meanwhile = await changed_meanwhile(tx, URGENCY, settings.clinic.id, number, changed, differences)
            return _shown(pages, staff, now, typed_of(changed), seen=now.revision, meanwhile=meanwhile)
    return RedirectResponse(f"/staff/urgency/{number}", status_code=303)


def _shown(
    pages: Pages,
    staff: StaffSession,
    version: Version[UrgencyRules],
    typed: Typed,
    *,
    seen: int,
    errors: dict[str, str] | None = None,
    meanwhile: Meanwhile | None = None,
) -> Response:
    return pages.page(
        "urgency_edit.html",
        status=422 if errors else 409 if meanwhile else 200,
        staff=staff,
        version=version,
        typed=typed,
        seen=seen,
        errors=errors or {},
        meanwhile=meanwhile,
        risks=[(LEVELS[level], NAMES[level], counted_name(level)) for level in GRAVEST_FIRST],
        requests=[(LEVELS[level], NAMES[level], counted_name(level)) for level in SOONEST_FIRST],
        counted=[(counted.value, words) for counted, words in COUNTED.items()],
    )
