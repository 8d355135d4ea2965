"""Who works here, for everybody; what they may do, for administrators."""

from typing import Annotated, Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, field_validator
from pydantic.config import JsonDict
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.notifications.domain.staff import AlreadyInvited, StaffNotFound
from services.notifications.pages.desk import clinic_of
from services.notifications.store import staff as store
from services.notifications.use_cases.change_staff import change_roles, deactivate, reactivate
from services.notifications.use_cases.invite_staff import invite_staff, renew_invitation
from shared.database import Database
from shared.events.staff import Role
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.forms import FormErrors, parse_form
from shared.web.staff_session import StaffSession, require_staff

router = APIRouter(include_in_schema=False)
NO_STORE = {"Cache-Control": "no-store"}
Signed = Annotated[StaffSession, Depends(require_staff(*Role))]
Administrator = Annotated[StaffSession, Depends(require_staff(Role.ADMINISTRATOR))]
ROLE_WORDS = {
    Role.FRONT_DESK: "Front desk",
    Role.NURSE: "Nurse",
    Role.CLINICIAN: "Clinician",
    Role.ADMINISTRATOR: "Administrator",
}
_CHOOSE_ROLE: JsonDict = {"messages": {"missing": "Choose at least one role."}}


class Invite(BaseModel):
    name: str = Field(max_length=100, json_schema_extra={"messages": {"missing": "Enter the name."}})
    email: str = Field(max_length=254, json_schema_extra={"messages": {"missing": "Enter the e-mail."}})
    roles: set[Role] = Field(json_schema_extra=_CHOOSE_ROLE)

    @field_validator("email")
    @classmethod
    def _is_email(cls, value: str) -> str:
        try:
            return validate_email(value, check_deliverability=False).normalized
        except EmailNotValidError:
            raise ValueError("Enter an e-mail address such as name@example.com.") from None


class Roles(BaseModel):
    roles: set[Role] = Field(json_schema_extra=_CHOOSE_ROLE)


@router.get("/staff/people")
async def show(database: TheDatabase, pages: ThePages, staff: Signed) -> Response:
    async with database.transaction(read_only=True) as tx:
        people = await store.all_of(tx, clinic_of(staff))
    return pages.page(
        "people.html",
        staff=staff,
        people=people,
        role_words=ROLE_WORDS,
        administrates=Role.ADMINISTRATOR in staff.roles,
    )


@router.get("/staff/people/invite")
async def show_invite(pages: ThePages, staff: Administrator) -> Response:
    return pages.page("invite.html", staff=staff, errors={}, typed={}, role_words=ROLE_WORDS)


@router.post("/staff/people/invite")
async def invite(
    request: Request, database: TheDatabase, settings: TheSettings, pages: ThePages, staff: Administrator
) -> Response:
    form = parse_form(Invite, await request.form())
    if isinstance(form, FormErrors):
        return _invite_again(pages, staff, form)
    try:
        async with database.transaction() as tx:
            secret = await invite_staff(tx, clinic_of(staff), form.email, form.name, form.roles)
    except AlreadyInvited:
        typed: dict[str, str | list[str]] = {"name": form.name, "email": form.email, "roles": [*form.roles]}
        return _invite_again(
            pages, staff, FormErrors({"email": "There is an account with this e-mail already."}, typed)
        )
    return _link(pages, staff, form.name, form.email, settings.public_url, secret)


@router.get("/staff/people/{staff_id}")
async def show_person(staff_id: UUID, database: TheDatabase, pages: ThePages, staff: Administrator) -> Response:
    return await _person(database, pages, staff, staff_id)


@router.post("/staff/people/{staff_id}/roles")
async def set_roles(
    staff_id: UUID, request: Request, database: TheDatabase, pages: ThePages, staff: Administrator
) -> Response:
    form = parse_form(Roles, await request.form())
    if isinstance(form, FormErrors):
        return await _person(database, pages, staff, staff_id, form.errors)
    async with database.transaction() as tx:
        await change_roles(tx, clinic_of(staff), staff_id, form.roles)
    return _back()


@router.post("/staff/people/{staff_id}/deactivate")
async def leave(staff_id: UUID, database: TheDatabase, staff: Administrator) -> Response:
    async with database.transaction() as tx:
        await deactivate(tx, clinic_of(staff), staff_id)
    return _back()


@router.post("/staff/people/{staff_id}/reactivate")
async def come_back(staff_id: UUID, database: TheDatabase, staff: Administrator) -> Response:
    async with database.transaction() as tx:
        await reactivate(tx, clinic_of(staff), staff_id)
    return _back()


@router.post("/staff/people/{staff_id}/link")
async def new_link(
    staff_id: UUID, database: TheDatabase, settings: TheSettings, pages: ThePages, staff: Administrator
) -> Response:
    """Shown once; whoever opens it first sets the password."""
    async with database.transaction() as tx:
        secret = await renew_invitation(tx, clinic_of(staff), staff_id)
        person = await store.lock(tx, clinic_of(staff), staff_id)
    return _link(pages, staff, person.display_name, person.email, settings.public_url, secret)


def _back() -> Response:
    return RedirectResponse("/staff/people", status_code=303, headers=NO_STORE)


def _invite_again(pages: Any, staff: StaffSession, form: FormErrors) -> Response:
    return pages.page(
        "invite.html", status=422, staff=staff, errors=form.errors, typed=form.typed, role_words=ROLE_WORDS
    )


def _link(pages: Any, staff: StaffSession, name: str, email: str, origin: str, secret: str) -> Response:
    return pages.page(
        "invited.html", staff=staff, name=name, email=email, link=f"{origin}/staff/sign-in/invitation/{secret}"
    )


async def _person(
    database: Database, pages: Any, staff: StaffSession, staff_id: UUID, errors: dict[str, str] | None = None
) -> Response:
    async with database.transaction(read_only=True) as tx:
        person = await store.by_id(tx, staff_id)
    if person is None or person.clinic_id != clinic_of(staff):
        raise StaffNotFound("nobody of that id works here")
    return pages.page(
        "person.html",
        status=422 if errors else 200,
        staff=staff,
        person=person,
        errors=errors or {},
        role_words=ROLE_WORDS,
    )
