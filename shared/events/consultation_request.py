"""A request for a consultation, as intake tells it: each event carries the whole public state of the request."""

from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent
from shared.events.values import AwaitReason, ContactEnvelope, DecidedBy, DeclineLetter, Disposition, Urgency, Wishes


class ConsultationRequestEvent(PatientEvent):
    """No reasons for treatment are in here: scheduling and notifications do not need them."""

    request_id: UUID
    reference: str
    disposition: Disposition
    awaits: AwaitReason | None = None
    """Why it must not be booked by itself; None where it may be, and in events of an earlier release."""
    urgency: Urgency
    wishes: Wishes
    hold_id: UUID | None = None
    contact: ContactEnvelope
    reachable: bool
    """False when the patient left neither e-mail nor mobile: staff must phone or meet them."""
    requested_at: AwareDatetime
    by: DecidedBy


class ConsultationRequested(ConsultationRequestEvent, topic="consultation-requested", kind=Kind.STATE):
    """A request was sent, by the patient or by staff for somebody who phoned in."""


class ConsultationCleared(ConsultationRequestEvent, topic="consultation-cleared", kind=Kind.STATE):
    """Staff have looked at a request that was awaiting, and accept it: it may be booked."""


class ConsultationWithdrawn(ConsultationRequestEvent, topic="consultation-withdrawn", kind=Kind.STATE):
    """The patient, or staff for them, no longer wants the consultation."""

    withdrawn_at: AwareDatetime


class ConsultationDeclined(ConsultationRequestEvent, topic="consultation-declined", kind=Kind.STATE):
    """Staff have looked at a request, and this clinic cannot help here: no consultation takes place."""

    declined_at: AwareDatetime
    letter: str = DeclineLetter.GENERAL
    """One of `DeclineLetter`; one that is not known here says no more than the general one."""


class InformationAsked(ConsultationRequestEvent, topic="information-asked", kind=Kind.STATE):
    """Staff need some more answers before they decide. The envelope carries the link to just these questions."""

    asked_at: AwareDatetime
    expires_at: AwareDatetime
    """When the link ends."""


class InformationGiven(ConsultationRequestEvent, topic="information-given", kind=Kind.STATE):
    """The patient has answered what staff had asked: somebody should look again."""

    given_at: AwareDatetime
