"""Somebody goes on with a request that they began, maybe on another device: the link alone finds it."""

from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.store import request_drafts
from services.intake.store.sealed_answers import open_answers, open_way
from shared.database import Transaction
from shared.keyring.ciphers import PatientCipher


async def open_draft(tx: Transaction, token: str) -> RequestDraft:
    """Still sealed: its key is in another database, and is fetched when this transaction has ended. Raises DraftUnknown."""
    return await request_drafts.find(tx, token)


def answers_of(draft: RequestDraft, cipher: PatientCipher) -> Answers:
    """What was answered so far; nothing any more once it was sent. Raises SealBroken."""
    return Answers() if draft.sent else open_answers(cipher, draft.request_id, draft.answers)


def sent_as(draft: RequestDraft, cipher: PatientCipher) -> str | None:
    """The token of the patient's own page `/r/<token>`, once it was sent. Raises SealBroken."""
    return open_way(cipher, draft.request_id, draft.answers) if draft.sent else None
