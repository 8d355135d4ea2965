"""Seal bytes for one patient, or for one service. What is sealed says where it belongs and opens nowhere else."""

from uuid import UUID

from tink import TinkError, aead

from shared.keyring.errors import SealBroken
from shared.keyring.sealing import aead_of, secret_bytes
from shared.settings import Settings


class PatientCipher:
    """Seals under one patient's key. Erasing the key makes everything it sealed unreadable, wherever it was copied."""

    def __init__(self, patient_id: UUID, primitive: aead.Aead) -> None:
        self.patient_id = patient_id
        self._primitive = primitive

    def seal(self, data: bytes, context: str) -> bytes:
        """`context` names the place, such as `request.answers:<id>`: the same bytes moved elsewhere do not open."""
        return self._primitive.encrypt(data, self._associated(context))

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises SealBroken."""
        try:
            return self._primitive.decrypt(sealed, self._associated(context))
        except TinkError:
            raise SealBroken(context) from None

    def _associated(self, context: str) -> bytes:
        return b"patient:" + self.patient_id.bytes + b":" + context.encode()


class ServiceCipher:
    """Seals what belongs to a service and to no single patient: kept answers, raw bytes of dead letters."""

    def __init__(self, secret: bytes, service: str) -> None:
        self._primitive = aead_of(secret, f"service:{service}")

    @classmethod
    def from_settings(cls, settings: Settings, service: str) -> "ServiceCipher":
        """Raises ValueError when SEALING_KEY is missing or malformed."""
        return cls(secret_bytes(settings.sealing_key.get_secret_value(), "SEALING_KEY"), service)

    def seal(self, data: bytes, context: str) -> bytes:
        """`context` names the place, such as `dead-letter:<id>`."""
        return self._primitive.encrypt(data, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises SealBroken."""
        try:
            return self._primitive.decrypt(sealed, context.encode())
        except TinkError:
            raise SealBroken(context) from None
