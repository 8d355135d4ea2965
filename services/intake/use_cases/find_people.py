"""What staff typed into the search, and whom it leads to: a reference, or an e-mail address, phone number or whole name that
is exactly the one that was given. Parts of a name find nobody: every name is sealed (docs/decisions/0112)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain import contact_rules
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.domain.recognition import Trait, traits_of
from services.intake.domain.refusal import NotPossible
from services.intake.store import consultation_requests, patient_marks, request_drafts
from shared.database import Transaction
from shared.keyring.blind_index import BlindIndex

_REFERENCE = re.compile(r"(?:[A-Z]{1,8}-)?([2-9A-HJKMNP-TV-Z]{6})")
UNCLEAR = "This is no reference, such as TSC-4K7Q2M, and no email address, phone number or name."


@dataclass(frozen=True, slots=True)
class Sought:
    """Either a reference, or one trait of a person."""

    reference: str = ""
    trait: Trait | None = None
    value: str = ""


def sought(typed: str, reference_prefix: str, region: str) -> tuple[Sought, ...]:
    """Whatever it may be, in the order to try. Raises NotPossible, in a sentence for whoever typed it."""
    typed = " ".join(typed.split())
    if not typed:
        raise NotPossible("Write a reference, an email address, a phone number or a whole name.")
    if "@" in typed:
        return (_of(Trait.EMAIL, email=contact_rules.clean_email(typed)),)
    if sum(one.isdigit() for one in typed) >= 7 and not any(one.isalpha() for one in typed):
        return (_of(Trait.MOBILE, mobile=contact_rules.clean_phone(typed, region)),)
    found: list[Sought] = []
    if reference := _REFERENCE.fullmatch(typed.upper()):
        found.append(Sought(reference=f"{reference_prefix}-{reference[1]}"))
    if not any(one.isdigit() for one in typed):
        found.append(_of(Trait.NAME, name=contact_rules.clean_name(typed)))
    if not found:
        raise NotPossible(UNCLEAR)
    return tuple(found)


def _of(trait: Trait, name: str = "", email: str | None = None, mobile: str | None = None) -> Sought:
    """Raises NotPossible where nothing is left of it, such as of a name without a letter."""
    if (value := traits_of(name, email, mobile).get(trait)) is None:
        raise NotPossible(UNCLEAR)
    return Sought(trait=trait, value=value)


async def find_patients(tx: Transaction, clinic_id: UUID, index: BlindIndex, tries: Sequence[Sought]) -> list[UUID]:
    """Of the first try that finds somebody."""
    for one in tries:
        if one.trait is not None:
            found = await patient_marks.with_mark(tx, clinic_id, one.trait, index.of(one.trait, one.value))
        else:
            found = await consultation_requests.patients_of(tx, clinic_id, one.reference)
        if found:
            return found
    return []


async def find_unsent(tx: Transaction, clinic_id: UUID, tries: Sequence[Sought]) -> RequestDraft | None:
    """The request of this reference that nobody has sent yet. By anything else an unsent one is not found: it is theirs."""
    for one in tries:
        if one.reference and (draft := await request_drafts.by_reference(tx, clinic_id, one.reference)):
            return draft
    return None
