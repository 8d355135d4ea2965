"""The inbox: what needs somebody, the most urgent first, keeping itself up to date."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.notifications.pages.desk import clinic_of
from services.notifications.pages.inbox_view import groups, row_of, thing
from services.notifications.pages.names import names_of
from services.notifications.store import inbox, inbox_items
from services.notifications.use_cases.acknowledge_item import acknowledge_item
from shared.clock import Clock
from shared.database import Database
from shared.events.staff import Role
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.staff_session import StaffSession, require_staff

router = APIRouter(include_in_schema=False)
NO_STORE = {"Cache-Control": "no-store"}
MOST = 200
"""Rows on one page. More open items than that is a different kind of day, and the count says so."""
Signed = Annotated[StaffSession, Depends(require_staff(*Role))]


class View(StrEnum):
    OPEN = "open"
    RISK = "risk"
    DONE = "done"


@router.get("/staff/inbox")
async def show(
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
    pages: ThePages,
    staff: Signed,
    view: View = View.OPEN,
    late: UUID | None = None,
) -> Response:
    values = await _values(database, keyring, settings, clock, staff, view)
    return pages.page("inbox.html", staff=staff, late=await _late(database, staff, late), **values)


@router.get("/staff/inbox/list")
async def show_list(
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
    pages: ThePages,
    staff: Signed,
    view: View = View.OPEN,
) -> Response:
    return pages.page("inbox_list.html", **await _values(database, keyring, settings, clock, staff, view))


@router.get("/staff/inbox/unread")
async def show_unread(database: TheDatabase, pages: ThePages, staff: Signed) -> Response:
    """The number in the bar of every staff page."""
    async with database.transaction(read_only=True) as tx:
        counts = await inbox_items.counts(tx, clinic_of(staff), staff.staff_id)
    return pages.page("ui/unread.html", unread=counts.unread)


@router.get("/staff/inbox/live")
async def live(request: Request, hub: TheLive, staff: Signed) -> Response:
    return live_response(request, hub, [inbox.SCOPE], staff)


@router.get("/staff/inbox/{item_id}/open")
async def open_thing(item_id: UUID, database: TheDatabase, staff: Signed) -> Response:
    """Marks the item as read by this person and leads to the thing itself."""
    async with database.transaction() as tx:
        item = await inbox_items.lock(tx, clinic_of(staff), item_id)
        await inbox.mark_read(tx, clinic_of(staff), item_id, staff.staff_id)
    return RedirectResponse(thing(item.kind, item.request_id, item.session_id), status_code=303, headers=NO_STORE)


@router.post("/staff/inbox/{item_id}/acknowledge")
async def acknowledge(
    item_id: UUID,
    database: TheDatabase,
    staff: Signed,
    attention: Annotated[int, Form()],
    view: Annotated[View, Form()] = View.OPEN,
) -> Response:
    """Pressing twice, or two people at once: one takes it, and the other is shown who."""
    async with database.transaction() as tx:
        taken = await acknowledge_item(tx, clinic_of(staff), item_id, attention, staff.staff_id)
    query = f"view={view}" + ("" if taken else f"&late={item_id}")
    return RedirectResponse(f"/staff/inbox?{query}", status_code=303, headers=NO_STORE)


async def _values(
    database: Database, keyring: Keyring, settings: Settings, clock: Clock, staff: StaffSession, view: View
) -> dict[str, Any]:
    clinic_id, zone = clinic_of(staff), settings.clinic.zone
    async with database.transaction(read_only=True) as tx:
        if view is View.DONE:
            items = await inbox_items.done_items(tx, clinic_id, staff.staff_id, most=MOST)
        else:
            items = await inbox_items.open_items(tx, clinic_id, staff.staff_id, only_risk=view is View.RISK, most=MOST)
        counts = await inbox_items.counts(tx, clinic_id, staff.staff_id)
        waiting = await inbox_items.waiting_messages(tx, clinic_id)
    names = await names_of(database, keyring, (item.patient_id for item in items))
    rows = [row_of(item, names, waiting, zone) for item in items]
    return {
        "view": view,
        "risks": [row for row in rows if row.risk and view is not View.DONE],
        "groups": groups([row for row in rows if not row.risk or view is View.DONE], clock.now(), zone),
        "counts": counts,
        "unread": counts.unread,
        "most": MOST,
        "names_away": names.away,
    }


async def _late(database: Database, staff: StaffSession, item_id: UUID | None) -> inbox_items.Item | None:
    """The item somebody else was faster with, if that is what brought this person here."""
    if item_id is None:
        return None
    async with database.transaction(read_only=True) as tx:
        return await inbox_items.one(tx, clinic_of(staff), staff.staff_id, item_id)
