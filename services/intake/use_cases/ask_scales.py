"""An infusion ended: the patient gets a link to the questions that their reasons call for. For a timer.

Hearing of the end writes down that somebody is to be asked (`follow_up_due`), in whatever order and however often it is
heard. The link is made here, because it needs the patient's key, which is in another database.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.domain.follow_up import FollowUp
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.unsent import gravest
from services.intake.domain.questionnaire.protocol import FollowUpProtocol
from services.intake.domain.questionnaire.questionnaire import Questionnaire
from services.intake.store import consultation_requests, follow_ups, patients, questionnaires, risk_flags
from services.intake.store.sealed_answers import seal_answers
from services.intake.store.sealed_reasons import open_reasons
from services.intake.store.version_kinds import FOLLOW_UP
from services.intake.use_cases.send_questionnaire import say_due
from shared.database import Database, Transaction
from shared.ids import new_token, uuid7
from shared.keyring import Keyring
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact
from shared.keyring.errors import KeyErased, KeyUnknown
from shared.versions.in_force import rules_in_force

AT_A_TIME = 100


@dataclass(frozen=True, slots=True)
class Asking:
    """`link_life` counts from when the patient is asked; `public_url` is where the pages are."""

    link_life: timedelta
    public_url: str


async def ask_scales(database: Database, keyring: Keyring, asking: Asking) -> int:
    """Says after how many sessions it was settled whether somebody is asked."""
    for done in range(AT_A_TIME):
        if not await _settle_one(database, keyring, asking):
            return done
    return AT_A_TIME


async def _settle_one(database: Database, keyring: Keyring, asking: Asking) -> bool:
    """In a transaction of its own, the session's row locked: a death leaves it unsettled, a second replica passes it over."""
    async with database.transaction() as tx:
        follow_up = await follow_ups.lock_unasked(tx)
        if follow_up is None:
            return False
        protocol = (await rules_in_force(tx, FOLLOW_UP, follow_up.clinic_id)).content
        due_at = protocol.due_at(follow_up)
        assert due_at  # no session is unasked while somebody must speak with the patient first
        if tx.now < due_at + asking.link_life:
            # Without a key nobody can be written to any more, and nothing may be kept of them.
            with suppress(KeyErased, KeyUnknown):
                cipher = await keyring.cipher(follow_up.patient_id)
                await _ask(tx, follow_up, protocol, due_at, cipher, asking)
        await follow_ups.settle_scales(tx, follow_up.session_id)
    return True


async def _ask(
    tx: Transaction,
    follow_up: FollowUp,
    protocol: FollowUpProtocol,
    due_at: datetime,
    cipher: PatientCipher,
    asking: Asking,
) -> None:
    request, sealed_reasons = await consultation_requests.latest_of_patient(tx, follow_up.patient_id)
    seen = await risk_flags.levels_of_patient(tx, follow_up.clinic_id, follow_up.patient_id)
    envelope = await patients.contact_of(tx, follow_up.patient_id)
    questionnaire_id, token = uuid7(), new_token()
    new = Questionnaire(
        id=questionnaire_id,
        clinic_id=follow_up.clinic_id,
        patient_id=follow_up.patient_id,
        request_id=request.id,
        reference=request.reference,
        session_id=follow_up.session_id,
        course_id=follow_up.course_id,
        language=open_contact(cipher, envelope).language,
        plan=protocol.plan_for(open_reasons(cipher, request.id, sealed_reasons), gravest(seen)),
        answers=seal_answers(cipher, questionnaire_id, Answers()),
        due_at=due_at,
        expires_at=max(due_at, tx.now) + asking.link_life,
    )
    await questionnaires.add(tx, token, new)
    say_due(tx, new, token, cipher, envelope, asking.public_url)
