"""A patient answers what staff had asked. A risk in it is raised in the transaction that keeps the answer."""

from dataclasses import dataclass, replace

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.cssrs import Reply
from services.intake.domain.information import MOST_ANSWERS, AskCode, Said, shows_danger
from services.intake.store import consultation_requests, information_asks, patients, request_acts, risk_flags
from services.intake.store.information_asks import InformationAsk, SealedAnswer, open_said, seal_answers, seal_said
from services.intake.store.request_acts import Act
from services.intake.use_cases import events
from services.intake.use_cases.raise_risk import raise_risk
from services.intake.use_cases.see_my_request import LinkExpired, LinkUnknown
from shared.database import Transaction
from shared.events.risk import RiskLevel
from shared.events.values import ContactEnvelope, DecidedBy
from shared.ids import uuid7
from shared.keyring.ciphers import PatientCipher


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link opens. `answered` times; `urgent`: a risk was seen in this request."""

    ask: InformationAsk
    request: ConsultationRequest
    contact: ContactEnvelope
    answered: int
    urgent: bool


async def open_questions(tx: Transaction, token: str) -> Asked:
    """Raises LinkUnknown, LinkExpired."""
    asked = await look_at_questions(tx, token)
    if tx.now >= asked.ask.expires_at:
        raise LinkExpired
    return asked


async def look_at_questions(tx: Transaction, token: str) -> Asked:
    """Also behind a link that has ended. Raises LinkUnknown."""
    ask = await information_asks.find(tx, token)
    if ask is None:
        raise LinkUnknown
    request = await consultation_requests.get(tx, ask.clinic_id, ask.request_id)
    return Asked(
        ask=ask,
        request=request,
        contact=await patients.contact_of(tx, request.patient_id),
        answered=len(await information_asks.answers_to(tx, [ask.id])),
        urgent=bool(await risk_flags.of_requests(tx, [request.id])),
    )


async def give_information(tx: Transaction, token: str, cipher: PatientCipher, said: Said) -> None:
    """Kept beside what was said before, and told. What comes after the request's end is kept, and only a risk is told.

    After MOST_ANSWERS nothing more is kept; a risk is raised all the same. Raises LinkUnknown, LinkExpired.
    """
    asked = await open_questions(tx, token)
    ask = await information_asks.lock(tx, token)
    assert ask is not None  # it was found a moment ago, and is never deleted
    before = await consultation_requests.lock(tx, asked.ask.clinic_id, asked.ask.request_id)
    if shows_danger(said):
        await _raise(tx, before)
    if reply := said.get(AskCode.SAFETY):
        # A yes leads to the screener, which begins with this answer.
        answers = open_said(cipher, ask).with_page(AskCode.SAFETY, {AskCode.SAFETY.value: (reply,)})
        raised = RiskLevel.UNASSESSED if reply == Reply.YES and ask.risk is None else ask.risk
        await information_asks.save(tx, replace(ask, said=seal_said(cipher, ask.id, answers), risk=raised))
    if asked.answered >= MOST_ANSWERS:
        return
    answer_id = uuid7()
    await information_asks.answer(
        tx, asked.ask, SealedAnswer(answer_id, asked.ask.id, seal_answers(cipher, answer_id, said), tx.now)
    )
    await tell_answered(tx, before)


async def tell_answered(tx: Transaction, before: ConsultationRequest) -> None:
    """Of a locked request: after its end only the act is on record."""
    after = before.answer(tx.now)
    if after is not before:
        await consultation_requests.save(tx, after)
        contact = await patients.contact_of(tx, after.patient_id)
        tx.emit(events.given(after, contact, tx.now), of=after)
    await request_acts.add(tx, after, Act.ANSWERED, DecidedBy.PATIENT)
    tx.changed("requests", f"request:{after.id}")


async def hear_danger(tx: Transaction, token: str) -> None:
    """A risk stood in what cannot be kept as it was sent, or came after the link has ended. Somebody said it all the same.

    Raises LinkUnknown.
    """
    ask = await information_asks.find(tx, token)
    if ask is None:
        raise LinkUnknown
    await _raise(tx, await consultation_requests.lock(tx, ask.clinic_id, ask.request_id))


async def _raise(tx: Transaction, request: ConsultationRequest) -> None:
    """Again, when somebody has taken an earlier one: it was said anew. Not while one waits to be taken."""
    flag = (await risk_flags.of_requests(tx, [request.id])).get(request.id)
    if flag is None or not flag.open:
        await raise_risk(
            tx,
            RiskLevel.UNASSESSED,
            clinic_id=request.clinic_id,
            patient_id=request.patient_id,
            request_id=request.id,
            reference=request.reference,
        )
