"""The page behind a one-time link: set a password."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from services.notifications.domain.passwords import why_not
from services.notifications.pages.desk import TheDesk
from services.notifications.store import invitations
from services.notifications.store.invitations import Invitation
from services.notifications.use_cases.accept_invitation import InvitationOver, accept_invitation
from shared.web.dependencies import TheDatabase, ThePages
from shared.web.templating import Pages

router = APIRouter(include_in_schema=False)
PATH = "/staff/sign-in/invitation/{secret}"


@router.get(PATH)
async def show(secret: str, database: TheDatabase, pages: ThePages) -> Response:
    """Looking uses nothing up, however often."""
    async with database.transaction(read_only=True) as tx:
        found = await invitations.find(tx, secret)
    return pages.page("invitation.html", invitation=found, errors={}) if found else _over(pages)


@router.post(PATH)
async def accept(
    secret: str,
    database: TheDatabase,
    pages: ThePages,
    desk: TheDesk,
    password: Annotated[str, Form()] = "",
    repeated: Annotated[str, Form()] = "",
) -> Response:
    async with database.transaction(read_only=True) as tx:
        found = await invitations.find(tx, secret)
    if found is None:
        return _over(pages)
    if errors := _wrong(found, password, repeated):
        return pages.page("invitation.html", status=422, invitation=found, errors=errors)
    password_hash = await desk.hashes.make(password)
    try:
        async with database.transaction() as tx:
            email = await accept_invitation(tx, secret, password_hash)
    except InvitationOver:
        return _over(pages)
    query = urlencode({"done": "password", "email": email})
    return RedirectResponse(f"/staff/sign-in?{query}", status_code=303, headers={"Cache-Control": "no-store"})


def _wrong(invitation: Invitation, password: str, repeated: str) -> dict[str, str]:
    if words := why_not(password, email=invitation.email, name=invitation.display_name):
        return {"password": words}
    if password != repeated:
        return {"repeated": "This is not the same as above. Type both again."}
    return {}


def _over(pages: Pages) -> Response:
    return pages.page("invitation_over.html", status=404)
