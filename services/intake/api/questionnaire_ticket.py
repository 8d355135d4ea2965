"""The proof of who somebody is, for a program that keeps no cookies (docs/decisions/0134): intake signs it, and reads it."""

from uuid import UUID

from shared.clock import Clock
from shared.settings import Settings
from shared.web.hold_ticket import ISSUER
from shared.web.signing_keys import TokenInvalid
from shared.web.subject_ticket import sign_ticket, signing_key, subject_of

KIND = "chairside-questionnaire-ticket+jwt"


def questionnaire_ticket(settings: Settings, clock: Clock, questionnaire_id: UUID) -> str:
    return sign_ticket(signing_key(settings), clock, KIND, ISSUER, questionnaire_id)


def opens(settings: Settings, clock: Clock, ticket: str, questionnaire_id: UUID) -> bool:
    """This questionnaire, and no other: a new link is another one, and asks anew."""
    try:
        return subject_of(signing_key(settings), clock, KIND, ISSUER, ticket) == questionnaire_id
    except TokenInvalid:
        return False
