"""`/staff/inbox/letters/{kind}`: what a letter says, to read before it is sent. The name and the link are not in it."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.notifications.domain.message import MessageKind
from services.notifications.domain.wording import About, Wording, letter
from services.notifications.store.letter_texts import read_wordings
from services.notifications.use_cases.write_mail import clinic_words
from shared.events.staff import Role
from shared.web.dependencies import ThePages, TheSettings
from shared.web.languages import preferred
from shared.web.staff_session import StaffSession, require_staff
from shared.web.story import is_fragment

router = APIRouter(include_in_schema=False)
Signed = Annotated[StaffSession, Depends(require_staff(*Role))]


class Decided(StrEnum):
    """Letters that go out because staff press a button."""

    CONSULTATION_DECLINED = MessageKind.CONSULTATION_DECLINED
    DECLINED_NOT_NOW = MessageKind.DECLINED_NOT_NOW
    DECLINED_OTHER_CARE = MessageKind.DECLINED_OTHER_CARE
    DECLINED_OWN_WISH = MessageKind.DECLINED_OWN_WISH
    DECLINED_OUTSIDE = MessageKind.DECLINED_OUTSIDE
    INFORMATION_ASKED = MessageKind.INFORMATION_ASKED


@cache
def _wordings() -> Mapping[str, Wording]:
    return read_wordings()


@router.get("/staff/inbox/letters/{kind}")
async def show(
    kind: Decided,
    request: Request,
    staff: Signed,
    pages: ThePages,
    settings: TheSettings,
    language: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """A fragment where another page asks for it, else a page of its own."""
    wordings = _wordings()
    chosen = preferred(language, list(wordings))
    said = letter(
        MessageKind(kind), clinic_words(settings.clinic, chosen), chosen, wordings[chosen], About(name="", until="…")
    )
    template = "letter_text.html" if is_fragment(request) else "letter.html"
    return pages.page(template, staff=staff, letter=said)
