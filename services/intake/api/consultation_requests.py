"""`/api/consultation-requests`: for web front ends, everything the public pages do."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake.api.clients import front_end
from services.intake.api.models import (
    POINTERS,
    ConsultationRequestIn,
    ConsultationRequestOut,
    FormOut,
    ReasonOut,
    WordingOut,
    help_before_sending,
    urgent_help,
    view_of,
)
from services.intake.api.strict_json import StrictJsonRoute
from services.intake.callers import share_of
from services.intake.changed_again import hear_risk
from services.intake.desk import desk_of
from services.intake.domain.consent import CURRENT
from services.intake.domain.draft import submission_of
from services.intake.domain.reasons import WORDS
from services.intake.domain.refusal import DraftRefused
from services.intake.domain.risk import risk_of
from services.intake.pages.site import language_of
from services.intake.problems import ConsultationBegan, LinkExpired, LinkUnknown
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.see_my_request import MyRequest, open_link, see_my_request
from services.intake.use_cases.submit_request import Door, Submitted, submit_request
from services.intake.use_cases.withdraw_request import withdraw_request
from shared.database import Transaction
from shared.events.values import DayPart, DecidedBy, Weekday
from shared.web.dependencies import TheDatabase, TheSettings
from shared.web.idempotency import HEADER, Answer, AnswerGone, KeyMalformed, KeyUsedForAnother, StillInHand, header_key
from shared.web.problems import FieldError, InvalidInput, TooLarge, UnsupportedMediaType
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/api/consultation-requests", tags=["consultation requests"], route_class=StrictJsonRoute)

Token = Annotated[str, Path(max_length=200, description="The secret part of the link, from `Location`.")]
IDEMPOTENCY_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "A fresh random value per request, such as a UUID. Sent again with the same body it gets the same answer "
        "and creates nothing; with another body it is refused. Without it, a repeat is a second request."
    ),
    "schema": {"type": "string"},
}
"""For the description only: it is read, with its checks, by `header_key`."""


@router.get("/form", summary="What a form needs to show")
async def form(settings: TheSettings) -> FormOut:
    """Reasons in plain words, and the wordings a patient must have read to consent to them."""
    clinic = settings.clinic
    return FormOut(
        clinic_id=clinic.id,
        clinic=clinic.name,
        zone=clinic.zone,
        reasons=[ReasonOut(value=reason, label=words.patient, note=words.note) for reason, words in WORDS.items()],
        weekdays=list(Weekday),
        day_parts=list(DayPart),
        wordings=[
            WordingOut(version=wording.version, channel=wording.channel, text=wording.said_by(clinic.name))
            for wording in CURRENT.values()
        ],
        crisis_line=clinic.crisis_line,
        emergency_line=clinic.emergency_line,
    )


@router.post(
    "",
    status_code=201,
    response_model=ConsultationRequestOut,
    summary="Ask for a consultation",
    responses={
        201: {"headers": {"Location": {"description": "Where the request stands", "schema": {"type": "string"}}}},
        **may_refuse(KeyMalformed, KeyUsedForAnother, AnswerGone, StillInHand, TooLarge, UnsupportedMediaType),
    },
    openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
)
async def submit(sent: ConsultationRequestIn, request: Request) -> Response:
    """Answered once it is safely kept, also while other systems are away: it is booked when they are back.

    Most requests are booked within a second. More from one contact or address in a day than a family sends are kept as
    well, and stay `received` until staff have looked at them.

    When `urgent_help` is there and not null, also in a refusal, show its text to the patient at once, before anything else.
    """
    desk = desk_of(request)
    door = Door(desk.settings.clinic, desk.settings.public_url)
    try:
        submission = submission_of(sent.as_draft(), clinic_rules(door.clinic, desk.clock.now()), door.by)
    except DraftRefused as refused:
        members = {"urgent_help": help_before_sending(request).model_dump()} if risk_of(sent.reasons) else {}
        raise InvalidInput(errors=_at_their_fields(refused), members=members) from None
    key, share = await header_key(request, front_end(request)), share_of(request)
    cipher, language = await desk.keyring.newcomer(), language_of(request)

    async def do(tx: Transaction) -> Answer:
        submitted = await submit_request(tx, submission, cipher, door, share(submission, False))
        view = view_of(
            _just_received(submitted),
            token=submitted.token,
            clinic=door.clinic,
            public_url=door.public_url,
            now=tx.now,
            language=language,
        )
        return Answer.json(201, view, location=view.links.status)

    together = desk.database.together
    if key is None:
        return (await together(do)).response()
    try:
        return (await desk.answers.once(together, key, do)).response()
    except KeyUsedForAnother:
        if not risk_of(submission.reasons):
            raise
        told = await hear_risk(desk, key, submission)
        said = urgent_help(door.clinic, language) if told else help_before_sending(request)
        raise KeyUsedForAnother(members={"urgent_help": said.model_dump()}) from None


@router.get("/{token}", summary="Where a request stands", responses=may_refuse(LinkUnknown, LinkExpired))
async def status(
    token: Token, request: Request, response: Response, database: TheDatabase, settings: TheSettings
) -> ConsultationRequestOut:
    response.headers["Cache-Control"] = "no-store"
    async with database.transaction(read_only=True) as tx:
        mine = await see_my_request(tx, token)
        return view_of(
            mine,
            token=token,
            clinic=settings.clinic,
            public_url=settings.public_url,
            now=tx.now,
            language=language_of(request),
        )


@router.post(
    "/{token}/withdrawal",
    summary="Withdraw a request",
    responses=may_refuse(LinkUnknown, LinkExpired, ConsultationBegan),
)
async def withdraw(
    token: Token, request: Request, response: Response, database: TheDatabase, settings: TheSettings
) -> ConsultationRequestOut:
    """A booked time is given free. Withdrawing again changes nothing and gets the same answer."""
    response.headers["Cache-Control"] = "no-store"
    async with database.transaction() as tx:
        opened = await open_link(tx, token)
        await withdraw_request(tx, opened.clinic_id, opened.request_id, DecidedBy.PATIENT)
        mine = await see_my_request(tx, token)
        return view_of(
            mine,
            token=token,
            clinic=settings.clinic,
            public_url=settings.public_url,
            now=tx.now,
            language=language_of(request),
        )


def _just_received(submitted: Submitted) -> MyRequest:
    """As `see_my_request` would answer, without asking: nobody can have heard of it yet."""
    return MyRequest(submitted.request, None, None, (), urgent=submitted.risk is not None)


def _at_their_fields(refused: DraftRefused) -> list[FieldError]:
    return [
        FieldError(sentence, pointer=POINTERS.get(field, f"#/{field}")) for field, sentence in refused.errors.items()
    ]
