"""`/staff/calendars`: addresses at which people read their appointments in a calendar of their own, made and revoked."""

from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse

from services.scheduling.domain.calendar_feed import CalendarFeed, Maker, TooManyFeeds, places
from services.scheduling.pages.staff import OurStaff
from services.scheduling.problems import FeedUnknown, NotTheirFeed
from services.scheduling.store import calendar_feeds, clinics
from services.scheduling.store.staff_names import staff_names
from services.scheduling.use_cases.calendar_feeds import make_calendar_feed, revoke_calendar_feed
from shared.database import Database
from shared.settings import Settings
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.forms import FormErrors, parse_form
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession

router = APIRouter(prefix="/staff/calendars", include_in_schema=False)

MINE = "mine"
ENOUGH = "Ten addresses lead there already. Revoke one that nobody needs any more."
CHOOSE = "Choose whose calendar it is."


class NewFeed(BaseModel):
    """`whose` is the id of a chair or room, or MINE."""

    whose: Annotated[str, Field(max_length=40, json_schema_extra={"messages": {"missing": CHOOSE}})]
    label: Annotated[
        str,
        Field(
            max_length=60, json_schema_extra={"messages": {"missing": "Say where it will be read, such as My phone."}}
        ),
    ]


@router.get("")
async def show(staff: OurStaff, pages: ThePages, database: TheDatabase, settings: TheSettings) -> Response:
    return pages.page("calendars.html", staff=staff, **await _shown(database, settings, staff))


@router.post("", responses=may_refuse(NotTheirFeed))
async def make(
    request: Request, staff: OurStaff, pages: ThePages, database: TheDatabase, settings: TheSettings
) -> Response:
    """Shown once: nobody can look it up again."""
    form = parse_form(NewFeed, await request.form())
    if isinstance(form, FormErrors):
        shown = await _shown(database, settings, staff, form.errors, form.typed)
        return pages.page("calendars.html", status=422, staff=staff, **shown)
    try:
        place_id = None if form.whose == MINE else UUID(form.whose)
    except ValueError:
        shown = await _shown(database, settings, staff, {"whose": CHOOSE}, {"label": form.label})
        return pages.page("calendars.html", status=422, staff=staff, **shown)
    try:
        async with database.transaction() as tx:
            token = await make_calendar_feed(tx, _maker(staff), settings.clinic.id, place_id, form.label)
    except TooManyFeeds:
        typed = {"whose": form.whose, "label": form.label}
        shown = await _shown(database, settings, staff, {"whose": ENOUGH}, typed)
        return pages.page("calendars.html", status=409, staff=staff, **shown)
    address = f"{settings.public_url}/calendar/{token}.ics"
    webcal = urlsplit(address)._replace(scheme="webcal").geturl()
    return pages.page("calendar_made.html", staff=staff, label=form.label, address=address, webcal=webcal)


@router.post("/{feed_id}/revoke", responses=may_refuse(FeedUnknown, NotTheirFeed))
async def revoke(feed_id: UUID, staff: OurStaff, database: TheDatabase, settings: TheSettings) -> Response:
    async with database.transaction() as tx:
        await revoke_calendar_feed(tx, _maker(staff), settings.clinic.id, feed_id)
    return RedirectResponse("/staff/calendars", status_code=303, headers={"Cache-Control": "no-store"})


def _maker(staff: StaffSession) -> Maker:
    return Maker(staff.staff_id, staff.roles)


async def _shown(
    database: Database,
    settings: Settings,
    staff: StaffSession,
    errors: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The values of calendars.html: one's own; for administrators those of everybody and everything."""
    maker = _maker(staff)
    async with database.transaction(read_only=True) as tx:
        clinic = await clinics.find(tx, settings.clinic.id)
        feeds = await calendar_feeds.in_use(tx, settings.clinic.id)
        names = await staff_names(tx, [person for feed in feeds for person in (feed.staff_id, feed.made_by)])
    known = places(clinic) if clinic else {}
    listed = [
        (feed, _whose(feed, maker, known, names), names.get(feed.made_by, "somebody who left"))
        for feed in feeds
        if maker.administrates or feed.staff_id == maker.staff_id
    ]
    return {
        "feeds": listed,
        "whose": [(MINE, "My own appointments"), *(known.items() if maker.administrates else ())],
        "booked_myself": any(one.staff_id == staff.staff_id for one in (clinic.resources if clinic else ())),
        "administrates": maker.administrates,
        "errors": errors or {},
        "typed": {"whose": MINE, "label": "", **(typed or {})},
    }


def _whose(feed: CalendarFeed, maker: Maker, known: dict[UUID, str], names: dict[UUID, str]) -> str:
    if feed.place_id is not None:
        return known.get(feed.place_id, "A chair or room that is not used any more")
    if feed.staff_id == maker.staff_id:
        return "My own appointments"
    return names.get(feed.staff_id, "Somebody who left") if feed.staff_id else ""
