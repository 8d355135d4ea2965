"""A patient answers a page of the guided request that staff asked for once more. A risk in it is raised in the transaction
that keeps it, and with the last answer everything is read under the rules that the request was screened under.
"""

from dataclasses import dataclass, replace

from services.intake.domain.asked_again import AskedAgain
from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.unsent import rises
from services.intake.domain.screening import RuleSet
from services.intake.store import consultation_requests, information_asks, request_answers
from services.intake.store.information_asks import InformationAsk, open_said, seal_said
from services.intake.store.sealed_reasons import open_reasons
from services.intake.store.version_kinds import SCREENING
from services.intake.use_cases.give_information import Asked, look_at_questions, tell_answered
from services.intake.use_cases.raise_risk import raise_risk
from services.intake.use_cases.see_my_request import LinkUnknown
from shared.database import Transaction
from shared.events.risk import RiskLevel
from shared.keyring.ciphers import PatientCipher
from shared.versions import stored
from shared.versions.in_force import rules_in_force
from shared.versions.life import VersionNotFound


@dataclass(frozen=True, slots=True)
class SealedAsk:
    """What a link opens, still sealed: its key is in another database."""

    asked: Asked
    rules: RuleSet
    reasons: bytes

    def open(self, cipher: PatientCipher) -> AskedAgain:
        """Raises SealBroken."""
        return _again(cipher, self.asked.ask, self.rules, self.reasons)


@dataclass(frozen=True, slots=True)
class Kept:
    again: AskedAgain


@dataclass(frozen=True, slots=True)
class ChangedElsewhere:
    """Another window has saved this page since it was shown here. Nothing was overwritten: `said` is as it is."""

    said: Answers


@dataclass(frozen=True, slots=True)
class Ended:
    """All was answered, or the link has ended meanwhile: nothing was kept."""


Saved = Kept | ChangedElsewhere | Ended
"""Answers and no exceptions, because each of them is committed: a risk in what was said is raised whether or not it could
be kept."""


async def open_asked(tx: Transaction, token: str) -> SealedAsk:
    """Also behind a link that has ended. Raises LinkUnknown."""
    asked = await look_at_questions(tx, token)
    reasons = await consultation_requests.sealed_reasons_of(tx, asked.request.id)
    return SealedAsk(asked, await rules_of(tx, asked.request), reasons)


async def save_asked_page(
    tx: Transaction, token: str, cipher: PatientCipher, slug: str, values: Values, revision: int
) -> Saved:
    """`revision` is of the page as it was shown, 0 when it was empty. Raises LinkUnknown, SealBroken."""
    ask, request = await _locked(tx, token)
    reasons = await consultation_requests.sealed_reasons_of(tx, request.id)
    again = _again(cipher, ask, await rules_of(tx, request), reasons)
    said = again.with_page(slug, values)
    raised = await _raised(tx, ask, request, said.risk)
    if again.first_open is None or tx.now >= ask.expires_at:
        await information_asks.save(tx, raised)
        return Ended()
    if said.said is not again.said and revision != again.said.revision(slug):
        await information_asks.save(tx, raised)
        return ChangedElsewhere(again.said)
    await information_asks.save(tx, replace(raised, said=seal_said(cipher, ask.id, said.said)))
    if said.first_open is None:
        await information_asks.keep_reading(tx, ask, said.read(), cipher)
        await tell_answered(tx, request)
    return Kept(said)


async def raise_what_was_said(tx: Transaction, token: str, said: Answers) -> None:
    """A risk in an answer that is refused: nothing of it is kept, and staff hear of it all the same. Raises LinkUnknown."""
    ask, request = await _locked(tx, token)
    await information_asks.save(tx, await _raised(tx, ask, request, said.risk))


async def _locked(tx: Transaction, token: str) -> tuple[InformationAsk, ConsultationRequest]:
    """Raises LinkUnknown."""
    ask = await information_asks.lock(tx, token)
    if ask is None:
        raise LinkUnknown
    return ask, await consultation_requests.lock(tx, ask.clinic_id, ask.request_id)


async def _raised(
    tx: Transaction, ask: InformationAsk, request: ConsultationRequest, level: RiskLevel | None
) -> InformationAsk:
    """With this risk, when it is graver than any before it here."""
    if level is None or not rises(ask.risk, level):
        return ask
    await raise_risk(
        tx,
        level,
        clinic_id=request.clinic_id,
        patient_id=request.patient_id,
        request_id=request.id,
        reference=request.reference,
    )
    return replace(ask, risk=level)


async def rules_of(tx: Transaction, request: ConsultationRequest) -> RuleSet:
    """Those the request was screened under; those in force for one that was not, or whose version cannot be read now."""
    number = await request_answers.rules_version_of(tx, request.id)
    if number is not None:
        try:
            if rules := (await stored.get(tx, SCREENING, request.clinic_id, number)).content:
                return rules
        except VersionNotFound:
            pass
    return (await rules_in_force(tx, SCREENING, request.clinic_id)).content


def _again(cipher: PatientCipher, ask: InformationAsk, rules: RuleSet, reasons: bytes) -> AskedAgain:
    return AskedAgain(ask.pages, open_said(cipher, ask), rules, open_reasons(cipher, ask.request_id, reasons))
