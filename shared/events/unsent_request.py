"""A request that somebody has begun and not sent yet, as intake tells it."""

from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent
from shared.events.values import ContactEnvelope


class RequestPaused(PatientEvent, topic="request-paused", kind=Kind.FACT):
    """Somebody asked for the link to go on with their request later, or on another device.

    Nobody is known as a patient by it: the envelope serves this one e-mail, and is replaced by nothing and replaces
    nothing. Whoever asks twice gets two.
    """

    pause_id: UUID
    request_id: UUID
    """Of the request to be. Once that has been sent, the link is of no use any more."""
    contact: ContactEnvelope
    asked_at: AwareDatetime
    expires_at: AwareDatetime
    """When the link ends."""
