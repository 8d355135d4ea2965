"""The one place where intake opens what is sealed about people, to show it to staff who may see it.

Whatever is shown passes through here, so that a record of who looked has one place to be written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.reading import Reading
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.domain.reasons import Reason
from services.intake.store.request_answers import SealedReading, open_reading
from services.intake.store.sealed_answers import open_answers
from services.intake.store.sealed_reasons import open_reasons
from shared.events.values import ContactEnvelope
from shared.keyring import Keyring
from shared.keyring.at_hand import ciphers_at_hand
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import Contact, open_contact
from shared.keyring.errors import SealBroken


@dataclass(frozen=True, slots=True)
class SealedReasons:
    request_id: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """One line of a page before it is opened: how to reach somebody and, where it is about a request, what for.

    `reading` of a request whose page shows what was answered.
    """

    patient_id: UUID
    contact: ContactEnvelope
    reasons: SealedReasons | None = None
    reading: SealedReading | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    contact: Contact
    reasons: tuple[Reason, ...]
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class People:
    """By the id of the line, which is a request's or a session's: one person may stand in several.

    `names_away`: the keyring did not answer, so whoever is not here may only be missing for the moment.
    """

    by_line: Mapping[UUID, Revealed]
    names_away: bool = False

    def get(self, line_id: UUID) -> Revealed | None:
        return self.by_line.get(line_id)


@dataclass(frozen=True, slots=True)
class ReasonsSeen:
    """Requests that name a reason. `unread`: so many could not be opened."""

    having: tuple[UUID, ...]
    unread: int


async def requests_with(keyring: Keyring, reason: Reason, sealed: Sequence[tuple[UUID, SealedReasons]]) -> ReasonsSeen:
    """In the order given. Nothing is opened but what each patient seeks help for."""
    at_hand = await ciphers_at_hand(keyring, {patient_id for patient_id, _ in sealed})
    having: list[UUID] = []
    unread = 0
    for patient_id, reasons in sealed:
        cipher = at_hand.ciphers.get(patient_id)
        try:
            if cipher is None:
                unread += 1
            elif reason in open_reasons(cipher, reasons.request_id, reasons.sealed):
                having.append(reasons.request_id)
        except SealBroken:
            unread += 1
    return ReasonsSeen(tuple(having), unread)


async def reveal_people(keyring: Keyring, lines: Mapping[UUID, Sealed]) -> People:
    """Whose key was erased, or whose record is damaged, is left out: one person never hides the others."""
    at_hand = await ciphers_at_hand(keyring, {line.patient_id for line in lines.values()})
    revealed: dict[UUID, Revealed] = {}
    for line_id, line in lines.items():
        cipher = at_hand.ciphers.get(line.patient_id)
        if cipher is None:
            continue
        try:
            revealed[line_id] = _open(cipher, line)
        except SealBroken:
            continue
    return People(revealed, at_hand.away)


def _open(cipher: PatientCipher, line: Sealed) -> Revealed:
    kept, reading = line.reasons, line.reading
    return Revealed(
        open_contact(cipher, line.contact),
        open_reasons(cipher, kept.request_id, kept.sealed) if kept else (),
        open_reading(cipher, reading.request_id, reading.sealed) if reading else None,
    )


@dataclass(frozen=True, slots=True)
class SaidSoFar:
    """What was answered in requests that are not sent yet, by the id of the request. `names_away` as with `People`."""

    by_request: Mapping[UUID, Answers]
    names_away: bool = False

    def get(self, request_id: UUID) -> Answers | None:
        return self.by_request.get(request_id)


async def reveal_unsent(keyring: Keyring, drafts: Sequence[RequestDraft]) -> SaidSoFar:
    """Whose key was erased, or whose record is damaged, is left out."""
    at_hand = await ciphers_at_hand(keyring, {draft.patient_id for draft in drafts})
    opened: dict[UUID, Answers] = {}
    for draft in drafts:
        cipher = at_hand.ciphers.get(draft.patient_id)
        if cipher is None:
            continue
        try:
            opened[draft.request_id] = open_answers(cipher, draft.request_id, draft.answers)
        except SealBroken:
            continue
    return SaidSoFar(opened, at_hand.away)
