"""Messages to patients: was it sent, when, and if not, why."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime
from starlette.responses import Response

from services.notifications.domain.inbox_row import MESSAGE_WORDS, REASON_WORDS, STATE_WORDS
from services.notifications.domain.message import MessageKind
from services.notifications.pages.desk import clinic_of
from services.notifications.pages.names import names_of
from services.notifications.store import inbox_items, message_views
from services.notifications.store.message_views import MessageView
from shared.database import Database
from shared.events.staff import Role
from shared.keyring import Keyring
from shared.messaging.story import SLACK
from shared.web.dependencies import TheDatabase, TheKeyring, ThePages
from shared.web.staff_session import StaffSession, require_staff
from shared.web.story import ClinicalStaff, is_fragment

router = APIRouter(include_in_schema=False)
MOST = 100
WORDS: dict[str, Any] = {"kinds": MESSAGE_WORDS, "states": STATE_WORDS, "reasons": REASON_WORDS}
Signed = Annotated[StaffSession, Depends(require_staff(*Role))]


@router.get("/staff/inbox/messages")
async def show(
    database: TheDatabase, keyring: TheKeyring, pages: ThePages, staff: Signed, waiting: bool = False
) -> Response:
    return pages.page("messages.html", staff=staff, **await _values(database, keyring, staff, waiting=waiting))


@router.get("/staff/inbox/messages/list")
async def show_list(
    database: TheDatabase, keyring: TheKeyring, pages: ThePages, staff: Signed, waiting: bool = False
) -> Response:
    return pages.page("messages_list.html", **await _values(database, keyring, staff, waiting=waiting))


@router.get("/staff/inbox/messages/of/{patient_id}")
async def of_patient(
    patient_id: UUID,
    since: Annotated[AwareDatetime, Query()],
    request: Request,
    database: TheDatabase,
    pages: ThePages,
    staff: ClinicalStaff,
) -> Response:
    """A part of the patient's story, see shared/web/story.py."""
    async with database.transaction(read_only=True) as tx:
        found = await message_views.of_patient(tx, clinic_of(staff), patient_id, since - SLACK)
    template = "patient_messages.html" if is_fragment(request) else "patient_messages_page.html"
    return pages.page(template, staff=staff, messages=found, **WORDS)


def _otherwise(message: MessageView) -> str:
    """Who stands there when no name can be shown: of somebody who has sent nothing yet none is kept here."""
    if message.kind == MessageKind.REQUEST_PAUSED:
        return "Somebody with an unfinished request"
    return message.reference or "A patient"


async def _values(database: Database, keyring: Keyring, staff: StaffSession, *, waiting: bool) -> dict[str, Any]:
    clinic_id = clinic_of(staff)
    async with database.transaction(read_only=True) as tx:
        found = await message_views.recent(tx, clinic_id, waiting_only=waiting, most=MOST)
        counts = await inbox_items.counts(tx, clinic_id, staff.staff_id)
    names = await names_of(database, keyring, (message.patient_id for message in found))
    return {
        "messages": [(message, names.name(message.patient_id, _otherwise(message))) for message in found],
        "names_away": names.away,
        "waiting": waiting,
        "most": MOST,
        "counts": counts,
        "unread": counts.unread,
        **WORDS,
    }
