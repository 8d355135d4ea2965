"""What somebody seeks help for, sealed under their key and bound to their request."""

from collections.abc import Iterable
from uuid import UUID

from services.intake.domain.reasons import Reason, reasons_of
from shared.keyring.ciphers import PatientCipher


def seal_reasons(cipher: PatientCipher, request_id: UUID, reasons: Iterable[Reason]) -> bytes:
    return cipher.seal(" ".join(reasons).encode(), _context(request_id))


def open_reasons(cipher: PatientCipher, request_id: UUID, sealed: bytes) -> tuple[Reason, ...]:
    """Raises SealBroken."""
    return reasons_of(cipher.open(sealed, _context(request_id)).decode().split())


def _context(request_id: UUID) -> str:
    return f"request.reasons:{request_id}"
