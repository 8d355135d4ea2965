"""What clinicians write about a patient, sealed under that patient's key and bound to its place."""

from collections.abc import Iterable
from uuid import UUID

from services.scheduling.domain.decision import Decision
from services.scheduling.store.consultation_notes import SealedNote
from shared.keyring import Keyring
from shared.keyring.at_hand import ciphers_at_hand
from shared.keyring.ciphers import PatientCipher
from shared.keyring.errors import SealBroken

UNREADABLE = "This note cannot be read: the patient’s key is away, or was erased."


class KeyAway(Exception):
    """The keyring does not answer, or the person was erased: what is written about them cannot be sealed."""


async def key_of(keyring: Keyring, patient_id: UUID) -> PatientCipher | None:
    """None while it cannot be had, and of erased people."""
    return (await ciphers_at_hand(keyring, [patient_id])).ciphers.get(patient_id)


def seal_note(cipher: PatientCipher | None, consultation_id: UUID, version: int, written: str) -> bytes:
    """Raises KeyAway."""
    if cipher is None:
        raise KeyAway
    return cipher.seal(written.encode(), f"consultation.note:{consultation_id}:{version}")


def seal_decision_note(cipher: PatientCipher | None, consultation_id: UUID, number: int, written: str) -> bytes | None:
    """None for nothing. Raises KeyAway."""
    if not written:
        return None
    if cipher is None:
        raise KeyAway
    return cipher.seal(written.encode(), _of_decision(consultation_id, number))


def open_notes(
    cipher: PatientCipher | None, consultation_id: UUID, notes: Iterable[SealedNote]
) -> list[tuple[SealedNote, str]]:
    return [
        (one, _open(cipher, one.note, f"consultation.note:{consultation_id}:{one.version}") or UNREADABLE)
        for one in notes
    ]


def open_decisions(cipher: PatientCipher | None, decisions: Iterable[Decision]) -> list[tuple[Decision, str]]:
    """Each with its note, "" for none."""
    return [
        (
            one,
            (_open(cipher, one.note, _of_decision(one.consultation_id, one.number)) or UNREADABLE) if one.note else "",
        )
        for one in decisions
    ]


def _of_decision(consultation_id: UUID, number: int) -> str:
    return f"consultation.decision:{consultation_id}:{number}"


def _open(cipher: PatientCipher | None, sealed: bytes, context: str) -> str | None:
    if cipher is None:
        return None
    try:
        return cipher.open(sealed, context).decode()
    except SealBroken:
        return None
