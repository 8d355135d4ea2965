"""`/staff/requests/screening/<version>/items/<item>`: one item of a draft, as a form."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import RedirectResponse

from services.intake.domain.reasons import WORDS
from services.intake.domain.screening import ScreeningItem
from services.intake.domain.screening.differences import GROUP_WORDS, OUTCOME_WORDS, SUPPORT_WORDS
from services.intake.domain.screening.version import Version
from services.intake.pages.screening_fields import ItemErrors, Typed, places, read_item, typed_of
from services.intake.pages.staff import WritesRules
from services.intake.pages.staff_screening import MOST, Number
from services.intake.problems import ChangedSinceSeen, ItemNotFound, NotADraft, RuleSetBroken, VersionNotFound
from services.intake.store import screening_versions
from services.intake.store.screening_acts import Person
from services.intake.use_cases.edit_screening import edit_screening
from shared.database import Transaction
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession
from shared.web.templating import Pages

router = APIRouter(
    prefix="/staff/requests/screening/{number}/items/{item_id}",
    include_in_schema=False,
    responses=may_refuse(VersionNotFound, ItemNotFound, NotADraft, ChangedSinceSeen, RuleSetBroken),
)
ItemId = Annotated[str, Path(max_length=60)]


@router.get("")
async def form(
    number: Number,
    item_id: ItemId,
    staff: WritesRules,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
) -> Response:
    async with database.transaction(read_only=True) as tx:
        version, item = await _item(tx, settings.clinic.id, number, item_id)
    if not version.is_draft:
        raise NotADraft
    return _shown(pages, staff, version, item, typed_of(item), seen=version.revision)


@router.post("")
async def save(
    number: Number,
    item_id: ItemId,
    request: Request,
    staff: WritesRules,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
) -> Response:
    sent = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    seen = _revision(dict(sent).get("seen", ""))
    async with database.transaction() as tx:
        version, item = await _item(tx, settings.clinic.id, number, item_id)
        changed = read_item(item, sent)
        if isinstance(changed, ItemErrors):
            return _shown(pages, staff, version, item, changed.typed, seen=seen, errors=changed.errors)
        await edit_screening(tx, settings.clinic.id, number, changed, seen, Person(staff.staff_id, staff.name))
    return RedirectResponse(f"/staff/requests/screening/{number}#{item_id}", status_code=303)


async def _item(tx: Transaction, clinic_id: Any, number: int, item_id: str) -> tuple[Version, ScreeningItem]:
    version = await screening_versions.get(tx, clinic_id, number)
    item = version.readable().item(item_id)
    if item is None:
        raise ItemNotFound(item_id)
    return version, item


def _revision(typed: str) -> int:
    """0, which no draft ever has, for what is no number: then the form is not one of ours."""
    return min(int(typed), MOST) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST)) else 0


def _shown(
    pages: Pages,
    staff: StaffSession,
    version: Version,
    item: ScreeningItem,
    typed: Typed,
    *,
    seen: int,
    errors: dict[str, str] | None = None,
) -> Response:
    return pages.page(
        "staff_screening_item.html",
        status=422 if errors else 200,
        staff=staff,
        version=version,
        item=item,
        typed=typed,
        places=places(typed),
        seen=seen,
        errors=errors or {},
        outcome_options=[(outcome.value, words) for outcome, words in OUTCOME_WORDS.items()],
        group_options=[(group.value, words) for group, words in GROUP_WORDS.items()],
        support_options=[(support.value, words) for support, words in SUPPORT_WORDS.items()],
        reason_options=[(reason.value, words.staff) for reason, words in WORDS.items()],
    )
