"""`/staff/requests`: every request in line, those at risk first; filters, the search, and whom to ask how they are."""

from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from services.intake.callers import recognises
from services.intake.domain.contact_rules import region_of
from services.intake.domain.queue import Narrowing, Reach, View
from services.intake.domain.reasons import WORDS, Reason
from services.intake.domain.refusal import NotPossible
from services.intake.domain.staff_actions import Action, role_for
from services.intake.pages.queue_words import PLACES, VIEWS, asked_for, chosen_words, options
from services.intake.pages.staff import OurStaff
from services.intake.problems import FollowUpNotFound
from services.intake.use_cases.find_people import find_patients, find_unsent, sought
from services.intake.use_cases.finish_follow_up import finish_follow_up
from services.intake.use_cases.look_at_requests import (
    MOST_OPENED,
    look_through_requests,
    reasons_in_line,
    requests_of,
)
from services.intake.use_cases.reveal_people import (
    ReasonsSeen,
    requests_with,
    reveal_people,
    reveal_unsent,
)
from shared.database import Database
from shared.events.values import DecidedBy, Urgency
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/requests", include_in_schema=False)

TheView = Annotated[View, Query(alias="view")]
ThePage = Annotated[int, Query(alias="page", ge=1, le=100_000)]
E = TypeVar("E", bound=StrEnum)
MOST_TYPED = 400


async def _narrowing(reason: str = "", urgency: str = "", reach: str = "", entered: str = "") -> Narrowing:
    """A filter that is left alone is sent empty; one that is not known narrows nothing."""
    return Narrowing(
        _one_of(Reason, reason), _one_of(Urgency, urgency), _one_of(Reach, reach), _one_of(DecidedBy, entered)
    )


def _one_of(kind: type[E], said: str) -> E | None:
    return next((one for one in kind if one == said), None)


By = Annotated[Narrowing, Depends(_narrowing)]


@router.get("")
async def requests(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    by: By,
    view: TheView = View.OPEN,
    page: ThePage = 1,
) -> Response:
    values = await _listed(database, keyring, settings, view, by, page)
    return pages.page("staff_requests.html", staff=staff, options=options(), views=VIEWS, **values)


@router.get("/list")
async def fragment(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    by: By,
    view: TheView = View.OPEN,
    page: ThePage = 1,
) -> Response:
    """What stands inside the page's live region."""
    del staff  # asked for what it checks
    values = await _listed(database, keyring, settings, view, by, page)
    return pages.page("staff_requests_list.html", **values)


@router.get("/live")
async def live(request: Request, staff: OurStaff, hub: TheLive) -> Response:
    return live_response(request, hub, ["requests"], staff)


@router.post("/search")
async def search(
    request: Request,
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    typed: Annotated[str, Form(alias="find", max_length=MOST_TYPED)] = "",
) -> Response:
    """By POST, because what is typed is about a person and must stand in no address and no log."""
    try:
        tries = sought(typed, settings.clinic.reference_prefix, region_of(settings.clinic.phone))
    except NotPossible as refused:
        wrong = {"find": str(refused)}
        return pages.page(
            "staff_requests_found.html", status=422, staff=staff, typed=typed, errors=wrong, found=None, unsent=None
        )
    async with database.transaction(read_only=True) as tx:
        unsent = await find_unsent(tx, settings.clinic.id, tries)
        people = await find_patients(tx, settings.clinic.id, recognises(request), tries)
        found = await requests_of(tx, settings.clinic.id, people)
    if len(found.rows) == 1 and not unsent:
        return RedirectResponse(f"/staff/requests/{found.rows[0].request.id}", status_code=303)
    return pages.page(
        "staff_requests_found.html",
        staff=staff,
        typed=typed,
        errors={},
        found=found,
        unsent=unsent,
        may_fill_in=role_for(Action.FILL_IN, staff.roles) is not None,
        people=await reveal_people(keyring, found.sealed),
        words=WORDS,
    )


@router.post("/follow-ups/{session_id}/done", responses=may_refuse(FollowUpNotFound))
async def follow_up_done(session_id: UUID, staff: OurStaff, database: TheDatabase, settings: TheSettings) -> Response:
    async with database.transaction() as tx:
        await finish_follow_up(tx, settings.clinic.id, session_id, staff.staff_id)
    return RedirectResponse("/staff/requests", status_code=303)


async def _listed(
    database: Database, keyring: Keyring, settings: Settings, view: View, by: Narrowing, page: int
) -> dict[str, Any]:
    seen = await _having(database, keyring, settings.clinic.id, view, by)
    async with database.transaction(read_only=True) as tx:
        only = seen.having if seen else None
        found = await look_through_requests(tx, settings.clinic.id, view, page, by, only)
    return {
        "found": found,
        "by": by,
        "nothing": Narrowing(),
        "chosen": chosen_words(by),
        "asked_for": asked_for,
        "unread": seen.unread if seen else 0,
        "most_opened": MOST_OPENED,
        "places": PLACES,
        # Names are opened after the transaction has ended: the keyring is another database, which may be slow or away.
        "people": await reveal_people(keyring, found.sealed),
        "said": await reveal_unsent(keyring, [one.draft for one in found.unsent if one.draft]),
        "words": WORDS,
    }


async def _having(
    database: Database, keyring: Keyring, clinic_id: UUID, view: View, by: Narrowing
) -> ReasonsSeen | None:
    """None when no reason is looked for."""
    if by.reason is None or view is View.UNSENT:
        return None
    async with database.transaction(read_only=True) as tx:
        sealed = await reasons_in_line(tx, clinic_id, view, by)
    return await requests_with(keyring, by.reason, sealed)
