"""A link has ended, or was closed by wrong tries: a new one goes to the address on file, and is shown nowhere."""

from dataclasses import replace
from datetime import timedelta

from services.intake.store import patients, questionnaires
from services.intake.store.sealed_answers import open_answers, seal_answers
from services.intake.use_cases.send_questionnaire import say_due
from shared.database import Transaction
from shared.ids import new_token, uuid7
from shared.keyring.ciphers import PatientCipher


async def renew_questionnaire(
    tx: Transaction, token: str, cipher: PatientCipher, link_life: timedelta, public_url: str
) -> None:
    """What was answered so far goes along. Asked for again, or while the link still opens, nothing happens.

    Raises QuestionnaireUnknown.
    """
    old = await questionnaires.lock(tx, token)
    if old.open_at(tx.now) or not old.renewable:
        return
    new_id, new_token_of_it = uuid7(), new_token()
    answers = seal_answers(cipher, new_id, open_answers(cipher, old.id, old.answers))
    new = old.again(new_id, answers, tx.now, link_life)
    await questionnaires.save(tx, replace(old, renewed=True))
    await questionnaires.add(tx, new_token_of_it, new)
    say_due(tx, new, new_token_of_it, cipher, await patients.contact_of(tx, old.patient_id), public_url)
