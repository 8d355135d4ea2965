"""Staff ask a patient for more before they decide: a link to just these questions goes out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.information import LIFE, AskCode
from services.intake.domain.staff_actions import Actor
from services.intake.store import consultation_requests, information_asks, patients, request_acts
from services.intake.store.information_asks import InformationAsk, seal_own
from services.intake.store.request_acts import Act
from services.intake.use_cases import events
from shared.database import Transaction
from shared.events.values import ContactEnvelope, LinkTo
from shared.ids import new_token, uuid7
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact, seal_contact


@dataclass(frozen=True, slots=True)
class Wanted:
    """`own` is a question in the words of staff; empty for none."""

    questions: Collection[AskCode]
    own: str = ""
    pages: Sequence[str] = ()
    """Of the guided request."""

    @property
    def codes(self) -> tuple[AskCode, ...]:
        chosen = {*self.questions, *([AskCode.OWN] if self.own else [])}
        return tuple(code for code in AskCode if code in chosen)


async def ask_information(
    tx: Transaction,
    clinic_id: UUID,
    request_id: UUID,
    cipher: PatientCipher,
    wanted: Wanted,
    public_url: str,
    by: Actor,
    seen: int | None = None,
) -> ConsultationRequest:
    """The link is known here and in the patient's message only. What was asked before stays open beside it.

    Raises RequestNotFound, RequestWithdrawn, RequestDeclined, RequestChanged, SealBroken.
    """
    before = await consultation_requests.lock(tx, clinic_id, request_id)
    after = before.ask(tx.now)
    before.expect(seen)
    token, ask_id = new_token(), uuid7()
    ask = InformationAsk(
        id=ask_id,
        clinic_id=clinic_id,
        request_id=request_id,
        questions=wanted.codes,
        own=seal_own(cipher, ask_id, wanted.own),
        asked_by=by.id,
        asked_at=tx.now,
        expires_at=tx.now + LIFE,
        pages=tuple(wanted.pages),
    )
    await consultation_requests.save(tx, after)
    await request_acts.add(tx, after, Act.ASKED, by)
    await give_link(tx, after, ask, token, cipher, public_url)
    return after


async def give_link(
    tx: Transaction, after: ConsultationRequest, ask: InformationAsk, token: str, cipher: PatientCipher, public_url: str
) -> None:
    """The questions are kept, and their link goes to the patient. `after` is the request in its new version."""
    await information_asks.add(tx, ask, token)
    contact = await patients.contact_of(tx, after.patient_id)
    with_link = _with_link(cipher, contact, f"{public_url}/r/questions/{token}")
    tx.emit(events.asked(after, with_link, at=tx.now, expires_at=ask.expires_at), of=after)
    tx.changed("requests", f"request:{after.id}")


def _with_link(cipher: PatientCipher, contact: ContactEnvelope, link: str) -> ContactEnvelope:
    """The same person in the same version, with one link more."""
    opened = open_contact(cipher, contact)
    links = {**opened.links, LinkTo.QUESTIONS: link}
    return seal_contact(cipher, opened.model_copy(update={"links": links}), contact.person_version)
