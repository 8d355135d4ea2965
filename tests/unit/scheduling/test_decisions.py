"""What may be decided about a consultation, when, and after what."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.consultation import Consultation, ConsultationState, Request
from services.scheduling.domain.decision import (
    EARLY,
    REASONS,
    AmendedBecause,
    DecidedMeanwhile,
    Decision,
    DecisionReason,
    NotYetSeen,
    ReasonMismatch,
    decide,
    may_decide,
)
from shared.events.consultation import ConsultationDecision
from shared.events.staff import Role
from shared.events.values import Disposition, Urgency, Wishes
from tests.unit.scheduling.examples import CLINIC_ID, PATIENT
from tests.unit.scheduling.test_life_cycles import MONDAY_8, appointment


def consultation(state=ConsultationState.BOOKED):
    request = Request(
        UUID(int=7), CLINIC_ID, PATIENT, "TSC-1", Disposition.BOOK, Urgency.ROUTINE, Wishes(), MONDAY_8, False, 1
    )
    return replace(Consultation.unheard(request), state=state)


def decision(
    number=1, decided=ConsultationDecision.SUITABLE, reason=DecisionReason.MEETS_CRITERIA, at=MONDAY_8, **more
):
    return Decision(UUID(int=5), number, decided, reason, UUID(int=3), at, **more)


ANEW = {"because": AmendedBecause.RECONSIDERED}


@pytest.mark.parametrize("decided", ConsultationDecision)
def test_every_reason_belongs_to_one_decision(decided):
    for reason in DecisionReason:
        new = decision(decided=decided, reason=reason)
        if reason in REASONS[decided]:
            decide(consultation(), appointment(), None, new)
        else:
            with pytest.raises(ReasonMismatch):
                decide(consultation(), appointment(), None, new)


@pytest.mark.parametrize(
    "state", sorted(set(ConsultationState) - {ConsultationState.BOOKED, ConsultationState.COMPLETED})
)
def test_what_will_not_take_place_is_not_decided(state):
    with pytest.raises(NotYetSeen):
        decide(consultation(state), appointment(), None, decision())


def test_a_consultation_without_a_time_is_not_decided():
    with pytest.raises(NotYetSeen):
        decide(consultation(), None, None, decision())


def test_it_is_decided_from_shortly_before_its_time_on():
    decide(consultation(), appointment(), None, decision(at=MONDAY_8 - EARLY))
    with pytest.raises(NotYetSeen):
        decide(consultation(), appointment(), None, decision(at=MONDAY_8 - EARLY - timedelta(seconds=1)))


def test_who_is_there_early_is_decided_about_early():
    early = decision(at=MONDAY_8 - timedelta(hours=5))

    with pytest.raises(NotYetSeen):
        decide(consultation(), appointment(), None, early)
    decide(consultation(), appointment(AppointmentState.ARRIVED), None, early)


def test_a_decision_is_made_after_the_one_that_was_seen():
    with pytest.raises(DecidedMeanwhile):
        decide(consultation(), appointment(), decision(), decision())
    with pytest.raises(DecidedMeanwhile):
        decide(consultation(), appointment(), None, decision(2, **ANEW))


def test_deciding_anew_says_why():
    with pytest.raises(ReasonMismatch):
        decide(consultation(), appointment(), decision(), decision(2))
    decide(consultation(ConsultationState.COMPLETED), appointment(), decision(), decision(2, **ANEW))


def test_only_clinicians_decide():
    assert [role for role in Role if may_decide({role})] == [Role.CLINICIAN]
