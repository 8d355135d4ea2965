"""What somebody answered and has not sent yet, sealed under their key and bound to the request it will be.

Once it is sent, the same place holds no more than the way to the request: the answers are kept with it, once.
"""

import json
from uuid import UUID

from services.intake.domain.guided.answers import Answers
from shared.keyring.ciphers import PatientCipher


def seal_answers(cipher: PatientCipher, request_id: UUID, answers: Answers) -> bytes:
    return cipher.seal(json.dumps(answers.written()).encode(), _context(request_id))


def open_answers(cipher: PatientCipher, request_id: UUID, sealed: bytes) -> Answers:
    """Raises SealBroken."""
    return Answers.read(json.loads(cipher.open(sealed, _context(request_id))))


def seal_way(cipher: PatientCipher, request_id: UUID, request_token: str) -> bytes:
    """`request_token` opens the patient's own page of the request that was sent."""
    return cipher.seal(request_token.encode(), _context_of_way(request_id))


def open_way(cipher: PatientCipher, request_id: UUID, sealed: bytes) -> str:
    """Raises SealBroken."""
    return cipher.open(sealed, _context_of_way(request_id)).decode()


def _context(request_id: UUID) -> str:
    return f"request.draft:{request_id}"


def _context_of_way(request_id: UUID) -> str:
    return f"request.sent-as:{request_id}"
