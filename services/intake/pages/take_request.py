"""What the form of staff does when it is sent: check, keep once, and say where to go; or show again what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from services.intake.changed_again import hear_risk
from services.intake.desk import Desk
from services.intake.domain.draft import submission_of
from services.intake.domain.refusal import DraftRefused
from services.intake.pages.request_fields import draft_of, typed_in
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.submit_request import Door, Submitted, submit_request
from shared.database import Transaction
from shared.web.form_key import FIELD, FormKeyRefused, FormTooOld
from shared.web.forms import Typed
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key

TOO_OLD = "This page was open for more than a day. Nothing was lost: look it through once more and send it again."
ALREADY_SENT = (
    "You have already sent this form, with other answers. If you mean a second request, send it again; "
    "to change the first one, call us."
)


@dataclass(frozen=True, slots=True)
class ShowAgain:
    """Nothing was kept: the form goes back as it was typed, with a sentence for every mistake."""

    typed: Typed
    errors: dict[str, str]
    form_key: str


async def take_request(
    request: Request,
    desk: Desk,
    door: Door,
    *,
    client: str,
    lead_to: Callable[[Submitted], str],
) -> Answer | ShowAgain:
    """`lead_to` says where the browser goes when the request is kept. Pressing send twice keeps one request."""
    form = await request.form()
    typed = typed_in(form)
    try:
        key = await form_key(request, desk.form_keys, client)
    except (FormKeyRefused, FormTooOld):
        return ShowAgain(typed, {"form": TOO_OLD}, desk.form_keys.new())
    try:
        submission = submission_of(draft_of(typed), clinic_rules(door.clinic, desk.clock.now()), door.by)
    except DraftRefused as refused:
        return ShowAgain(typed, refused.errors, str(form[FIELD]))

    cipher = await desk.keyring.newcomer()

    async def do(tx: Transaction) -> Answer:
        submitted = await submit_request(tx, submission, cipher, door)
        return Answer.see_other(lead_to(submitted))

    try:
        return await desk.answers.once(desk.database.together, key, do)
    except (KeyUsedForAnother, AnswerGone):
        await hear_risk(desk, key, submission)
        return ShowAgain(typed, {"form": ALREADY_SENT}, desk.form_keys.new())


def staff_client(staff_id: UUID) -> str:
    return f"staff:{staff_id}"
