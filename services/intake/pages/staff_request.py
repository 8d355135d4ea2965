"""`/staff/requests/<id>`: one request whole; accepting it, withdrawing it for the patient, telling persons apart."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from services.intake.domain.staff_actions import Action, accepting
from services.intake.pages.one_request import KeyAway, TheRequest, seal_note
from services.intake.pages.staff import OurStaff, acting
from services.intake.problems import RequestNotFound
from services.intake.use_cases.clear_request import OverrideUnexplained, clear_request
from services.intake.use_cases.link_persons import decide_persons, take_back
from services.intake.use_cases.withdraw_request import withdraw_request
from shared.database import Transaction
from shared.web.dependencies import TheLive
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix="/staff/requests/{request_id}", include_in_schema=False, responses=may_refuse(RequestNotFound)
)

MOST = 2**62
TheVersion = Annotated[int, Form(alias="seen", ge=1, le=MOST)]
"""The version that was on the page. A form without one is not ours."""
LONGEST_NOTE = 2000
WHY = "Write why it is accepted all the same: whoever treats this patient reads it."
AWAY = "Patients' keys cannot be had at the moment, so nothing was done. Try again in a minute."


@router.get("")
async def page(one: TheRequest) -> Response:
    return await one.show_sent_or_not()


@router.get("/state")
async def state(one: TheRequest) -> Response:
    """What stands inside the page's live region."""
    return await one.show_sent_or_not("_state")


@router.get("/reading")
async def reading(one: TheRequest) -> Response:
    """What was answered and found, for the page of its consultation, which another service draws."""
    return one.show_whole("staff_request_reading_elsewhere.html", await one.look())


@router.get("/live")
async def live(request_id: UUID, request: Request, staff: OurStaff, hub: TheLive) -> Response:
    return live_response(request, hub, [f"request:{request_id}"], staff)


@router.post("/clear")
async def accept(
    one: TheRequest, version: TheVersion, why: Annotated[str, Form(max_length=LONGEST_NOTE)] = ""
) -> Response:
    """Which role it takes, and whether it must be explained, follows from what screening found."""
    seen = await one.look()
    by = acting(one.staff, accepting(seen.found))
    written = why.strip()

    async def work(tx: Transaction) -> None:
        note = seal_note(seen, version, written)
        await clear_request(tx, one.clinic_id, one.request_id, by, version, found=seen.found, note=note)

    try:
        return await one.do(work)
    except OverrideUnexplained:
        errors = {"why": WHY}
    except KeyAway:
        errors = {"why": AWAY}
    return one.show_whole("staff_request.html", seen, status=422, errors=errors, typed={"why": written})


@router.post("/withdraw")
async def withdraw(one: TheRequest, version: TheVersion) -> Response:
    by = acting(one.staff, Action.WITHDRAW)
    return await one.do(lambda tx: withdraw_request(tx, one.clinic_id, one.request_id, by, version))


@router.post("/persons/{other_request_id}")
async def tell_apart(
    one: TheRequest, other_request_id: UUID, same: Annotated[bool, Form()], undo: Annotated[bool, Form()] = False
) -> Response:
    """`same` is the decision; with `undo`, the one that is taken back."""
    by = acting(one.staff, Action.LINK_PERSONS)
    decide = take_back if undo else decide_persons
    return await one.do(lambda tx: decide(tx, one.clinic_id, one.request_id, other_request_id, by, same=same))
