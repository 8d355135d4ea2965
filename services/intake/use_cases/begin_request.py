"""Somebody begins to fill in a request: from now on it is kept, behind a link that only they have."""

from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.store import request_drafts
from services.intake.store.sealed_answers import seal_answers
from services.intake.use_cases.submit_request import TRIES, Door, ReferencesExhausted
from shared.database import Transaction
from shared.ids import new_reference, new_token, uuid7
from shared.keyring.ciphers import PatientCipher


async def begin_request(tx: Transaction, cipher: PatientCipher, door: Door, language: str) -> str:
    """The token of its link, which is known here and in the link only.

    `cipher` is a newcomer's, committed before this transaction: see submit_request. Raises ReferencesExhausted.
    """
    token, request_id = new_token(), uuid7()
    for _ in range(TRIES):
        draft = RequestDraft(
            clinic_id=door.clinic.id,
            patient_id=cipher.patient_id,
            request_id=request_id,
            reference=new_reference(door.clinic.reference_prefix),
            language=language,
            answers=seal_answers(cipher, request_id, Answers()),
            risk=None,
            begun_at=tx.now,
            saved_at=tx.now,
            begun_by=door.staff_id,
        )
        if await request_drafts.add(tx, token, draft):
            return token
    raise ReferencesExhausted(door.clinic.reference_prefix)
