"""`/staff/requests/protocol/<version>/edit`: a draft of the follow-up protocol as one form."""

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.intake.domain.questionnaire.protocol import FollowUpProtocol
from services.intake.domain.questionnaire.protocol_differences import LEVEL_WORDS, differences
from services.intake.domain.reasons import WORDS
from services.intake.domain.scales import SCALES
from services.intake.pages.protocol_fields import ProtocolErrors, Typed, read_protocol, typed_of
from services.intake.pages.staff import WritesRules
from services.intake.store.version_kinds import FOLLOW_UP
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
    prefix="/staff/requests/protocol/{number}/edit",
    include_in_schema=False,
    responses=may_refuse(VersionNotFound, NotADraft, ChangedSinceSeen, VersionBroken),
)


@router.get("")
async def form(
    number: Number, staff: WritesRules, pages: ThePages, database: TheDatabase, settings: TheSettings
) -> Response:
    async with database.transaction(read_only=True) as tx:
        version = await draft_of(tx, FOLLOW_UP, settings.clinic.id, number)
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
        version = await draft_of(tx, FOLLOW_UP, settings.clinic.id, number)
        changed = read_protocol(fields, number)
        if isinstance(changed, ProtocolErrors):
            return _shown(pages, staff, version, changed.typed, seen=seen, errors=changed.errors)
        by = Person(staff.staff_id, staff.name)
        try:
            await edit_version(tx, FOLLOW_UP, settings.clinic.id, number, changed, seen, by)
        except ChangedSinceSeen:
            now, meanwhile = await changed_meanwhile(tx, FOLLOW_UP, settings.clinic.id, number, changed, differences)
            return _shown(pages, staff, now, typed_of(changed), seen=now.revision, meanwhile=meanwhile)
    return RedirectResponse(f"/staff/requests/protocol/{number}", status_code=303)


def _shown(
    pages: Pages,
    staff: StaffSession,
    version: Version[FollowUpProtocol],
    typed: Typed,
    *,
    seen: int,
    errors: dict[str, str] | None = None,
    meanwhile: Meanwhile | None = None,
) -> Response:
    return pages.page(
        "staff_protocol_edit.html",
        status=422 if errors else 409 if meanwhile else 200,
        staff=staff,
        version=version,
        typed=typed,
        seen=seen,
        errors=errors or {},
        meanwhile=meanwhile,
        scale_options=[(code.value, scale.name) for code, scale in SCALES.items() if scale.items],
        reason_options=[(reason.value, words.staff) for reason, words in WORDS.items()],
        level_options=[(level.value, words) for level, words in LEVEL_WORDS.items()],
    )
