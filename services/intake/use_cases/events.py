"""How a request looks in the events that tell of it: its whole public state, and no reasons for treatment."""

from datetime import datetime

from services.intake.domain.consultation_request import ConsultationRequest
from shared.events.consultation_request import (
    ConsultationCleared,
    ConsultationDeclined,
    ConsultationRequested,
    ConsultationWithdrawn,
    InformationAsked,
    InformationGiven,
)
from shared.events.values import ContactEnvelope, DecidedBy, DeclineLetter


def requested(request: ConsultationRequest, contact: ContactEnvelope) -> ConsultationRequested:
    return ConsultationRequested(
        clinic_id=request.clinic_id,
        patient_id=request.patient_id,
        request_id=request.id,
        reference=request.reference,
        disposition=request.disposition,
        awaits=request.awaits,
        urgency=request.urgency,
        wishes=request.wishes,
        hold_id=request.hold_id,
        contact=contact,
        reachable=request.reachable,
        requested_at=request.requested_at,
        by=request.entered_by,
    )


def cleared(request: ConsultationRequest, contact: ContactEnvelope) -> ConsultationCleared:
    return ConsultationCleared.model_validate({**dict(requested(request, contact)), "by": DecidedBy.STAFF})


def withdrawn(
    request: ConsultationRequest, contact: ContactEnvelope, *, by: DecidedBy, at: datetime
) -> ConsultationWithdrawn:
    state = dict(requested(request, contact))
    return ConsultationWithdrawn.model_validate({**state, "by": by, "withdrawn_at": at})


def declined(
    request: ConsultationRequest, contact: ContactEnvelope, at: datetime, letter: DeclineLetter
) -> ConsultationDeclined:
    state = dict(requested(request, contact))
    return ConsultationDeclined.model_validate({**state, "by": DecidedBy.STAFF, "declined_at": at, "letter": letter})


def asked(
    request: ConsultationRequest, contact: ContactEnvelope, *, at: datetime, expires_at: datetime
) -> InformationAsked:
    """`contact` holds the link to the questions."""
    state = dict(requested(request, contact))
    return InformationAsked.model_validate({**state, "by": DecidedBy.STAFF, "asked_at": at, "expires_at": expires_at})


def given(request: ConsultationRequest, contact: ContactEnvelope, at: datetime) -> InformationGiven:
    state = dict(requested(request, contact))
    return InformationGiven.model_validate({**state, "by": DecidedBy.PATIENT, "given_at": at})
