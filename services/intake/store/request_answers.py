"""The table `request_answers`: what was read in the answers when a request was sent, sealed and never changed."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter

from services.intake.domain.guided.reading import Reading
from shared.database import Transaction
from shared.keyring.ciphers import PatientCipher

READING = TypeAdapter(Reading)
"""How a reading is written before it is sealed."""


@dataclass(frozen=True, slots=True)
class SealedReading:
    request_id: UUID
    sealed: bytes


async def add(tx: Transaction, clinic_id: UUID, request_id: UUID, reading: Reading, cipher: PatientCipher) -> None:
    await tx.execute(
        "insert into request_answers (request_id, clinic_id, rules_version, reading) values ($1, $2, $3, $4)",
        request_id,
        clinic_id,
        reading.rules_version,
        cipher.seal(READING.dump_json(reading, warnings="error"), _context(request_id)),
    )


async def sealed_of(tx: Transaction, request_id: UUID) -> bytes | None:
    """None of a request that was sent in another way: its health was not asked."""
    return await tx.fetchval("select reading from request_answers where request_id = $1", request_id)


async def rules_version_of(tx: Transaction, request_id: UUID) -> int | None:
    """Of the rules that it was screened under when it was sent."""
    return await tx.fetchval("select rules_version from request_answers where request_id = $1", request_id)


def open_reading(cipher: PatientCipher, request_id: UUID, sealed: bytes) -> Reading:
    """Raises SealBroken."""
    return READING.validate_json(cipher.open(sealed, _context(request_id)))


def _context(request_id: UUID) -> str:
    return f"request.reading:{request_id}"
