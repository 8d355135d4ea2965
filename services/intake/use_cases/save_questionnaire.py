"""One question after an infusion is answered: kept with its risk, and with the last one what the scales came to."""

from dataclasses import dataclass, replace

from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.questionnaire.questionnaire import Questionnaire
from services.intake.domain.questionnaire.sheet import Sheet
from services.intake.domain.scales import Score
from services.intake.store import questionnaires, scale_scores
from services.intake.store.sealed_answers import open_answers, seal_answers
from services.intake.use_cases.keep_score import keep_score
from services.intake.use_cases.raise_risk import raise_risk
from shared.database import Transaction
from shared.events.risk import RiskLevel, SeenIn
from shared.ids import uuid7
from shared.keyring.ciphers import PatientCipher


@dataclass(frozen=True, slots=True)
class Kept:
    """`sheet` has this answer. With the last one the questionnaire is complete, and changes no more."""

    sheet: Sheet


@dataclass(frozen=True, slots=True)
class ChangedElsewhere:
    """Another window has saved this page since it was shown here. Nothing was overwritten: `sheet` is as it is."""

    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Ended:
    """It was completed, or its link has ended meanwhile: nothing was kept."""


Saved = Kept | ChangedElsewhere | Ended
"""Answers and no exceptions, because each of them is committed: a risk in what was said is raised whether or not it could
be kept."""


async def save_questionnaire(
    tx: Transaction, token: str, cipher: PatientCipher, slug: str, values: Values, revision: int
) -> Saved:
    """`revision` is of the page as it was shown, 0 when it was empty. Raises QuestionnaireUnknown."""
    before = await questionnaires.lock(tx, token)
    sheet = Sheet(before.plan, open_answers(cipher, before.id, before.answers))
    said = sheet.with_page(slug, values)
    raised = await _raised(tx, before, said.risk)
    if before.completed or not before.open_at(tx.now):
        await questionnaires.save(tx, raised)
        return Ended()
    if said.answers is not sheet.answers and revision != sheet.answers.revision(slug):
        await questionnaires.save(tx, raised)
        return ChangedElsewhere(sheet)
    kept = replace(raised, answers=seal_answers(cipher, before.id, said.answers))
    if said.first_open is None:
        kept = replace(kept, completed_at=tx.now)
        await _complete(tx, kept, said.scores, cipher)
    await questionnaires.save(tx, kept)
    tx.changed(f"request:{before.request_id}")
    return Kept(said)


async def raise_what_was_said(tx: Transaction, token: str, said: Answers) -> Questionnaire:
    """A risk in an answer that is refused: nothing of it is kept, and staff hear of it all the same.

    Raises QuestionnaireUnknown.
    """
    raised = await _raised(tx, await questionnaires.lock(tx, token), said.risk)
    await questionnaires.save(tx, raised)
    return raised


async def _raised(tx: Transaction, one: Questionnaire, level: RiskLevel | None) -> Questionnaire:
    """With this risk, when it is graver than any before."""
    if level is None or not one.rises_to(level):
        return one
    await raise_risk(
        tx,
        level,
        clinic_id=one.clinic_id,
        patient_id=one.patient_id,
        request_id=one.request_id,
        reference=one.reference,
        seen_in=SeenIn.QUESTIONNAIRE,
    )
    return replace(one, risk=level)


async def _complete(tx: Transaction, one: Questionnaire, scores: tuple[Score, ...], cipher: PatientCipher) -> None:
    for score in scores:
        kept = scale_scores.KeptScore(
            id=(score_id := uuid7()),
            clinic_id=one.clinic_id,
            patient_id=one.patient_id,
            request_id=one.request_id,
            questionnaire_id=one.id,
            scale=score.code,
            sealed=scale_scores.seal_score(cipher, score_id, score),
            taken_at=tx.now,
        )
        await keep_score(tx, kept, score, of=one, finished=score is scores[-1])
