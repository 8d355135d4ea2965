"""`/staff/consultations/<id>`: one consultation with everything to decide by, what was noted, and the decision."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints
from starlette.responses import RedirectResponse

from services.scheduling.domain.decision import (
    REASONS,
    AmendedBecause,
    DecidedMeanwhile,
    Decision,
    DecisionReason,
    NotedMeanwhile,
)
from services.scheduling.domain.late import GivenUpBecause
from services.scheduling.pages.one_consultation import Found, OneConsultation, TheConsultation
from services.scheduling.pages.sealed_notes import KeyAway, open_decisions, seal_decision_note, seal_note
from services.scheduling.pages.staff import Clinicians
from services.scheduling.problems import ConsultationNotFound, DeadlineChanged, NotYetSeen
from services.scheduling.use_cases.decide_consultation import Deciding, decide_consultation
from services.scheduling.use_cases.give_up_deadline import give_up_deadline
from services.scheduling.use_cases.note_consultation import note_consultation
from shared.events.consultation import ConsultationDecision
from shared.web.dependencies import TheLive
from shared.web.forms import FormErrors, parse_form, typed_values
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix="/staff/consultations/{consultation_id}",
    include_in_schema=False,
    responses=may_refuse(ConsultationNotFound),
)

LONGEST_NOTE = 8000
AWAY = "The patient’s key cannot be had at the moment, so nothing was saved. Try again in a minute."
CHOOSE = "Choose what you decided."
BECAUSE = "Choose why you decide anew."
WRITE = "Write something first."
GIVE_UP = "Choose why nobody needs to keep the deadline."
TheSeen = Annotated[int, Form(alias="seen", ge=0, lt=32_000)]
"""Of what stood on the page. A form without it is not ours."""
Outcome = Annotated[
    str,
    StringConstraints(
        pattern="^(" + "|".join(f"{decision}/{reason}" for decision in REASONS for reason in REASONS[decision]) + ")$"
    ),
]


class DecisionForm(BaseModel):
    outcome: Outcome = Field(json_schema_extra={"messages": {"missing": CHOOSE, "string_pattern_mismatch": CHOOSE}})
    because: AmendedBecause | None = Field(default=None, json_schema_extra={"messages": {"enum": BECAUSE}})
    note: str = Field(default="", max_length=LONGEST_NOTE)

    @property
    def decision(self) -> ConsultationDecision:
        return ConsultationDecision(self.outcome.split("/")[0])

    @property
    def reason(self) -> DecisionReason:
        return DecisionReason(self.outcome.split("/")[1])


@router.get("")
async def page(one: TheConsultation) -> Response:
    return await one.show(await one.look())


@router.get("/head")
async def head(one: TheConsultation) -> Response:
    """What stands inside the page's live region."""
    return await one.show(await one.look(), template="consultation_head.html")


@router.get("/live")
async def live(one: TheConsultation, request: Request, hub: TheLive) -> Response:
    return live_response(request, hub, [f"consultation:{one.id}"], one.staff)


@router.post("/note")
async def note(
    one: TheConsultation,
    by: Clinicians,
    seen: TheSeen,
    written: Annotated[str, Form(alias="noted", max_length=LONGEST_NOTE)] = "",
) -> Response:
    found = await one.look()
    written = written.replace("\r\n", "\n").strip()
    if not written:
        return await one.show(found, status=422, errors={"noted": WRITE})
    try:
        sealed = seal_note(await one.key(found), one.id, seen + 1, written)
        async with one.database.transaction() as tx:
            await note_consultation(tx, one.clinic_id, one.id, sealed, seen=seen, by=by.staff_id)
    except KeyAway:
        return await one.show(found, status=422, errors={"noted": AWAY}, typed={"noted": written})
    except NotedMeanwhile:
        return await one.show(await one.look(), status=409, overtaken=True, typed={"noted": written})
    return _back(one)


@router.post("/deadline", responses=may_refuse(DeadlineChanged))
async def give_up(
    one: TheConsultation,
    by: Clinicians,
    due: Annotated[AwareDatetime, Form()],
    because: Annotated[str, Form(alias="given_up", max_length=40)] = "",
) -> Response:
    """`due` is the deadline that stood on the page."""
    if because not in set(GivenUpBecause):
        return await one.show(await one.look(), status=422, errors={"given_up": GIVE_UP})
    async with one.database.transaction() as tx:
        await give_up_deadline(tx, one.clinic_id, one.id, GivenUpBecause(because), seen=due, by=by.staff_id)
    return _back(one)


@router.post("/decision", responses=may_refuse(NotYetSeen))
async def decide(one: TheConsultation, by: Clinicians, seen: TheSeen, request: Request) -> Response:
    """Pressed twice it is decided once. Who was overtaken sees what stands now, with what they typed kept."""
    found = await one.look()
    sent = await request.form()
    typed = typed_values(DecisionForm, sent)
    form = parse_form(DecisionForm, sent)
    if isinstance(form, FormErrors):
        return await one.show(found, status=422, errors=form.errors, typed=dict(form.typed))
    if seen and form.because is None:
        return await one.show(found, status=422, errors={"because": BECAUSE}, typed=dict(typed))
    try:
        sealed = seal_decision_note(await one.key(found), one.id, seen + 1, form.note)
    except KeyAway:
        return await one.show(found, status=422, errors={"note": AWAY}, typed=dict(typed))
    deciding = Deciding(
        consultation_id=one.id,
        decision=form.decision,
        reason=form.reason,
        seen=seen,
        by=by.staff_id,
        because=form.because if seen else None,
        note=sealed,
    )
    try:
        async with one.database.transaction() as tx:
            await decide_consultation(tx, one.clinic_id, deciding)
    except DecidedMeanwhile:
        now = await one.look()
        if not await _is_this(one, now, deciding, form.note):
            return await one.show(now, status=409, overtaken=True, typed=dict(typed))
    return _back(one)


async def _is_this(one: OneConsultation, found: Found, sent: Deciding, note: str) -> bool:
    """Whether the decision that stands is the one that was sent: the same form, pressed twice."""
    if not found.decisions:
        return False
    stands, written = open_decisions(await one.key(found), found.decisions[:1])[0]
    return _codes(stands) == (sent.seen + 1, sent.decision, sent.reason, sent.because, sent.by) and written == note


def _codes(one: Decision) -> tuple[object, ...]:
    return one.number, one.decision, one.reason, one.because, one.by


def _back(one: OneConsultation) -> Response:
    return RedirectResponse(one.address, status_code=303)
