"""`/staff/requests/<id>/totals`: the total of a scale whose questions are on the clinic's own paper form."""

from fastapi import APIRouter, Request, Response

from services.intake.domain.refusal import NotPossible
from services.intake.domain.staff_actions import Action
from services.intake.pages.one_request import TheRequest
from services.intake.pages.staff import acting
from services.intake.pages.staff_follow_up import read_entry
from services.intake.problems import RequestNotFound
from services.intake.use_cases.enter_total import enter_total
from shared.database import Transaction
from shared.keyring.ciphers import PatientCipher
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix="/staff/requests/{request_id}", include_in_schema=False, responses=may_refuse(RequestNotFound)
)

AWAY = "This patient's key cannot be had at the moment, so nothing was kept. Try again in a minute."


@router.post("/totals")
async def enter(request: Request, one: TheRequest) -> Response:
    """What is wrong with it is said beside the field."""
    by = acting(one.staff, Action.ENTER_TOTAL)
    form, seen = await request.form(), await one.look()
    try:
        entry, cipher = read_entry(form), _at_hand(seen.cipher)

        async def work(tx: Transaction) -> None:
            await enter_total(
                tx, one.clinic_id, one.request_id, entry.scale, entry.total, entry_id=entry.id, by=by.id, cipher=cipher
            )

        return await one.do(work)
    except NotPossible as refused:
        typed = {name: str(form.get(name, "")) for name in ("scale", "total")}
        errors = {"total": str(refused)}
        return one.show_whole("staff_request.html", seen, status=422, errors=errors, typed=typed)


def _at_hand(cipher: PatientCipher | None) -> PatientCipher:
    if cipher is None:
        raise NotPossible(AWAY)
    return cipher
