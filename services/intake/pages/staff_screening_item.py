"""`/staff/requests/screening/<version>/items/…`: one item of a draft as a form; a new one; leaving one out."""

from collections.abc import Awaitable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import RedirectResponse

from services.intake.domain.reasons import WORDS
from services.intake.domain.screening import RuleSet, ScreeningItem
from services.intake.domain.screening.differences import GROUP_WORDS, OUTCOME_WORDS, SUPPORT_WORDS, differences
from services.intake.pages.screening_fields import places, read_item, typed_of, typed_of_new
from services.intake.pages.staff import WritesRules
from services.intake.problems import ChangedSinceSeen, ItemNotFound, NotADraft, VersionBroken, VersionNotFound
from services.intake.store.version_kinds import SCREENING
from services.intake.use_cases.edit_screening import add_item, change_item, leave_item_out
from shared.database import Transaction
from shared.versions.acts import Person
from shared.versions.life import Version
from shared.versions.meanwhile import Meanwhile, saved_unless_changed
from shared.versions.pages import Number, Seen
from shared.versions.seen import Mistakes, draft_of, sent_by
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession
from shared.web.templating import Pages

router = APIRouter(
    prefix="/staff/requests/screening/{number}/items",
    include_in_schema=False,
    responses=may_refuse(VersionNotFound, ItemNotFound, NotADraft, ChangedSinceSeen, VersionBroken),
)
ItemId = Annotated[str, Path(max_length=60)]


@router.get("/new")
async def new(
    number: Number, staff: WritesRules, pages: ThePages, database: TheDatabase, settings: TheSettings
) -> Response:
    async with database.transaction(read_only=True) as tx:
        version = await draft_of(tx, SCREENING, settings.clinic.id, number)
    return _shown(pages, staff, version, None, typed_of_new(), seen=version.revision)


@router.post("/new")
async def add(
    number: Number,
    request: Request,
    staff: WritesRules,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
) -> Response:
    fields, seen = await sent_by(request)
    async with database.transaction() as tx:
        version = await draft_of(tx, SCREENING, settings.clinic.id, number)
        # "new" would be an item that no address leads to.
        item = read_item(fields, taken=["new", *(known.id for known in version.readable().items)])
        if isinstance(item, Mistakes):
            return _shown(pages, staff, version, None, item.typed, seen=seen, errors=item.errors)
        adding = add_item(tx, settings.clinic.id, number, item, seen, Person(staff.staff_id, staff.name))
        met = await _saved_unless_changed(tx, settings.clinic.id, number, adding, item)
    if met is not None:
        now, meanwhile = met
        return _shown(pages, staff, now, None, typed_of(item), seen=now.revision, meanwhile=meanwhile)
    return _back_to(number, item.id)


@router.get("/{item_id}")
async def form(
    number: Number,
    item_id: ItemId,
    staff: WritesRules,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
) -> Response:
    async with database.transaction(read_only=True) as tx:
        version = await draft_of(tx, SCREENING, settings.clinic.id, number)
    item = _item_of(version, item_id)
    return _shown(pages, staff, version, item, typed_of(item), seen=version.revision)


@router.post("/{item_id}")
async def save(
    number: Number,
    item_id: ItemId,
    request: Request,
    staff: WritesRules,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
) -> Response:
    """An item that somebody has left out meanwhile stands there as a new one: nothing that was typed is lost."""
    fields, seen = await sent_by(request)
    async with database.transaction() as tx:
        version = await draft_of(tx, SCREENING, settings.clinic.id, number)
        item = version.readable().item(item_id) if version.revision != seen else _item_of(version, item_id)
        changed = read_item(fields, item)
        if isinstance(changed, Mistakes):
            return _shown(pages, staff, version, item, changed.typed, seen=seen, errors=changed.errors)
        changing = change_item(tx, settings.clinic.id, number, changed, seen, Person(staff.staff_id, staff.name))
        met = await _saved_unless_changed(tx, settings.clinic.id, number, changing, changed)
    if met is not None:
        now, meanwhile = met
        return _shown(pages, staff, now, item, typed_of(changed), seen=now.revision, meanwhile=meanwhile)
    return _back_to(number, item_id)


@router.post("/{item_id}/leave-out")
async def leave_out(
    number: Number,
    item_id: ItemId,
    staff: WritesRules,
    database: TheDatabase,
    settings: TheSettings,
    seen: Seen,
) -> Response:
    async with database.transaction() as tx:
        await leave_item_out(tx, settings.clinic.id, number, item_id, seen, Person(staff.staff_id, staff.name))
    return RedirectResponse(f"/staff/requests/screening/{number}", status_code=303)


async def _saved_unless_changed(
    tx: Transaction, clinic_id: UUID, number: int, saving: Awaitable[None], mine: ScreeningItem
) -> tuple[Version[RuleSet], Meanwhile] | None:
    def put(rules: RuleSet) -> RuleSet:
        return rules.with_further(mine) if rules.item(mine.id) is None else rules.with_item(mine)

    return await saved_unless_changed(tx, SCREENING, clinic_id, number, saving, put, differences)


def _item_of(version: Version[RuleSet], item_id: str) -> ScreeningItem:
    item = version.readable().item(item_id)
    if item is None:
        raise ItemNotFound(item_id)
    return item


def _back_to(number: int, item_id: str) -> Response:
    return RedirectResponse(f"/staff/requests/screening/{number}#{item_id}", status_code=303)


def _shown(
    pages: Pages,
    staff: StaffSession,
    version: Version[RuleSet],
    item: ScreeningItem | None,
    typed: Mapping[str, Any],
    *,
    seen: int,
    errors: Mapping[str, str] | None = None,
    meanwhile: Meanwhile | None = None,
) -> Response:
    return pages.page(
        "staff_screening_item.html",
        status=422 if errors else 409 if meanwhile else 200,
        staff=staff,
        version=version,
        item=item,
        typed=typed,
        places=places(typed),
        seen=seen,
        errors=dict(errors or {}),
        meanwhile=meanwhile,
        outcome_options=[(outcome.value, words) for outcome, words in OUTCOME_WORDS.items()],
        group_options=[(group.value, words) for group, words in GROUP_WORDS.items()],
        support_options=[(support.value, words) for support, words in SUPPORT_WORDS.items()],
        reason_options=[(reason.value, words.staff) for reason, words in WORDS.items()],
    )
