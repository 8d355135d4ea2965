from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.intake.domain.consultation import Consultation, ConsultationState, Standing, can_be_withdrawn, standing_of
from services.intake.domain.consultation_request import ConsultationBegan, ConsultationRequest, State
from shared.events.consultation import ConsultationDecision
from shared.events.values import DecidedBy, Disposition, Urgency, Wishes
from shared.ids import uuid7

NOW = datetime(2026, 6, 15, 18, tzinfo=UTC)
REQUEST = ConsultationRequest(
    id=uuid7(),
    clinic_id=uuid7(),
    patient_id=uuid7(),
    reference="TSC-4K7Q2M",
    disposition=Disposition.BOOK,
    urgency=Urgency.ROUTINE,
    wishes=Wishes(),
    reachable=True,
    requested_at=NOW,
    entered_by=DecidedBy.PATIENT,
    withdrawal=None,
    version=1,
)
BOOKED = Consultation(REQUEST.id, REQUEST.clinic_id, uuid7(), 2, ConsultationState.WAITLISTED, None)


def test_withdrawing_is_a_change_with_a_number():
    withdrawn = REQUEST.withdraw(DecidedBy.STAFF, NOW, begins_at=None)

    assert (withdrawn.state, withdrawn.version) == (State.WITHDRAWN, 2)
    assert withdrawn.withdrawal
    assert withdrawn.withdrawal.by is DecidedBy.STAFF


def test_withdrawing_again_changes_nothing():
    withdrawn = REQUEST.withdraw(DecidedBy.STAFF, NOW, begins_at=None)

    assert withdrawn.withdraw(DecidedBy.PATIENT, NOW + timedelta(days=9), begins_at=NOW) is withdrawn


def test_it_is_possible_until_the_consultation_begins():
    begins = NOW + timedelta(hours=1)

    assert REQUEST.withdraw(DecidedBy.PATIENT, begins - timedelta(seconds=1), begins_at=begins).withdrawal
    with pytest.raises(ConsultationBegan):
        REQUEST.withdraw(DecidedBy.PATIENT, begins, begins_at=begins)


def test_where_a_request_stands_is_what_was_heard_last_unless_it_was_withdrawn():
    assert standing_of(REQUEST, None) is Standing.RECEIVED
    for state in set(ConsultationState) - {ConsultationState.COMPLETED}:
        heard = replace(BOOKED, state=state)
        assert standing_of(REQUEST, heard) == state
        withdrawn = REQUEST.withdraw(DecidedBy.PATIENT, NOW, begins_at=None)
        assert standing_of(withdrawn, heard) is Standing.WITHDRAWN


@pytest.mark.parametrize("decision", ConsultationDecision)
def test_what_a_clinician_has_decided_stands_even_if_it_was_withdrawn(decision):
    heard = replace(BOOKED, state=ConsultationState.COMPLETED, decision=decision)
    withdrawn = REQUEST.withdraw(DecidedBy.PATIENT, NOW, begins_at=None)

    assert standing_of(REQUEST, heard) == standing_of(withdrawn, heard) == decision


def test_withdrawing_is_offered_only_while_it_is_possible():
    withdrawn = REQUEST.withdraw(DecidedBy.PATIENT, NOW, begins_at=None)

    assert can_be_withdrawn(REQUEST, BOOKED, NOW)
    assert not can_be_withdrawn(withdrawn, BOOKED, NOW)
