"""`/staff/requests/<id>/decline`: why, for the clinic's own record, beside what the patient is told; then the no itself."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from services.intake.domain.staff_actions import Action
from services.intake.pages.history import BECAUSE, LETTERS
from services.intake.pages.one_request import KeyAway, OneRequest, Seen, TheRequest, seal_note
from services.intake.pages.staff import acting
from services.intake.pages.staff_request import AWAY, LONGEST_NOTE, TheVersion
from services.intake.problems import RequestNotFound
from services.intake.use_cases.decline_request import Because, decline_request
from shared.database import Transaction
from shared.events.values import DeclineLetter
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix="/staff/requests/{request_id}/decline", include_in_schema=False, responses=may_refuse(RequestNotFound)
)


@router.get("")
async def form(one: TheRequest) -> Response:
    acting(one.staff, Action.DECLINE)
    seen = await one.look()
    return _shown(one, seen) if seen.whole.can_be_ended else one.back()


@router.post("")
async def decline(
    one: TheRequest,
    version: TheVersion,
    because: Annotated[str, Form()] = "",
    letter: Annotated[str, Form()] = DeclineLetter.GENERAL,
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    by = acting(one.staff, Action.DECLINE)
    seen = await one.look()
    typed = {"because": because, "letter": letter, "note": note.strip()}
    errors: dict[str, str] = {}
    if because not in set(Because):
        errors["because"] = "Choose why. The patient is not told."
    if letter not in LETTERS:
        errors["letter"] = "Choose a letter. Each can be read below."
    if errors:
        return _shown(one, seen, typed, errors)

    async def work(tx: Transaction) -> None:
        written = seal_note(seen, version, typed["note"])
        await decline_request(
            tx, one.clinic_id, one.request_id, by, Because(because), version, letter=DeclineLetter(letter), note=written
        )

    try:
        return await one.do(work)
    except KeyAway:
        return _shown(one, seen, typed, {"note": AWAY})


def _shown(
    one: OneRequest, seen: Seen, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    return one.show(
        "staff_decline.html",
        seen,
        status=422 if errors else 200,
        typed={"because": "", "letter": DeclineLetter.GENERAL, "note": "", **(typed or {})},
        errors=errors or {},
        letters=LETTERS,
        letter_options=[(letter.value, words, note) for letter, (words, note) in LETTERS.items()],
        because_options=[(because.value, words) for because, words in BECAUSE.items()],
    )
