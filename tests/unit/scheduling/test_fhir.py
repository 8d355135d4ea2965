"""What FHIR calls our states, names of proposals, and dates of searches."""

import re
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.fhir_slot import slots_of
from services.scheduling.domain.fhir_status import Facts, FhirStatus, facts_of, fhir_status
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.proposal import Proposal
from tests.unit.scheduling.examples import CHAIRS, clinic

ANYBODY = UUID("01900000-0000-7000-8000-0000000000c1")


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (Facts(None), "waitlist"),
        (Facts(AppointmentState.HELD), "pending"),
        (Facts(AppointmentState.BOOKED), "booked"),
        (Facts(AppointmentState.ARRIVED), "arrived"),
        (Facts(AppointmentState.ARRIVED, gone_in=True), "checked-in"),
        (Facts(AppointmentState.IN_PROGRESS), "checked-in"),
        (Facts(AppointmentState.COMPLETED), "fulfilled"),
        (Facts(AppointmentState.CANCELLED), "cancelled"),
        (Facts(AppointmentState.CANCELLED, by_mistake=True), "entered-in-error"),
        (Facts(AppointmentState.MISSED), "noshow"),
    ],
)
def test_our_states_have_names_in_fhir(facts, status):
    assert fhir_status(facts) == status


def test_every_status_leads_back_to_the_facts_behind_it_and_every_fact_has_one():
    found = [facts for status in FhirStatus for facts in facts_of(status)]

    assert len(found) == len(set(found)) == (len(AppointmentState) + 1) * 4
    assert [status for status in FhirStatus if not facts_of(status)] == [FhirStatus.PROPOSED]


@given(
    st.sampled_from(Purpose),
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(
        lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    st.none() | st.uuids(),
    st.none() | st.uuids(),
)
def test_a_proposal_is_found_by_its_name(purpose, starts_at, patient, clinician):
    proposal = Proposal(purpose, starts_at, patient, clinician)

    assert Proposal.named(proposal.name) == proposal
    assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", proposal.name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "p",
        str(ANYBODY),
        "pc000000000A",
        "pc1019f0000",
        "px000000000",
        Proposal(Purpose.SESSION, datetime(2026, 6, 22, tzinfo=UTC), ANYBODY).name[:-1] + "1",
    ],
)
def test_what_was_never_a_name_is_refused(name):
    with pytest.raises(ValueError):
        Proposal.named(name)


def test_a_free_stretch_goes_on_over_midnight_where_the_clinic_does():
    evening = datetime(2026, 6, 16, 2, tzinfo=UTC)  # Monday, 20:00 in Denver
    where = clinic(hours=(OpeningHours(1, time(20), time(0)), OpeningHours(2, time(0), time(4))))

    found = slots_of(where, CHAIRS[0], Interval(evening, evening + timedelta(days=1)), [])

    assert [one.during for one in found] == [Interval(evening, evening + timedelta(hours=8))]
