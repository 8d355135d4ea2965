from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.consent import WORDINGS
from services.intake.domain.draft import FIELDS, ClinicRules, Draft, Submission, submission_of
from services.intake.domain.reasons import Reason
from services.intake.domain.refusal import DraftRefused
from services.intake.domain.risk import risk_of, urgency_of
from shared.events.risk import RiskLevel
from shared.events.values import DayPart, DecidedBy, Urgency, Weekday

CLINIC = ClinicRules("Tern Street Clinic", "America/Denver", "US", "(303) 555-0142", date(2026, 6, 15))
INES = Draft(name="Ines", email="ines@example.com", reasons=["depression"], consents=["contact-email-1"])


def errors_of(draft: Draft, by: DecidedBy = DecidedBy.PATIENT) -> dict[str, str]:
    with pytest.raises(DraftRefused) as refused:
        submission_of(draft, CLINIC, by)
    return refused.value.errors


def test_a_good_draft_becomes_a_submission():
    submission = submission_of(replace(INES, weekdays=["friday", "monday", "friday"]), CLINIC, DecidedBy.PATIENT)

    assert submission.wishes.weekdays == (Weekday.MONDAY, Weekday.FRIDAY)
    assert submission.zone == "America/Denver"
    assert submission.reachable


def test_all_mistakes_are_found_at_once_in_the_order_of_the_form():
    errors = errors_of(Draft(email="x", mobile="y", weekdays=["someday"], not_before="never", zone="Nowhere"))

    assert list(errors) == ["name", "email", "mobile", "consents", "reasons", "weekdays", "not_before", "zone"]


def test_a_patient_without_any_channel_is_told_to_call():
    errors = errors_of(replace(INES, email="", consents=[]))

    assert list(errors) == ["email"]
    assert "(303) 555-0142" in errors["email"]


def test_staff_may_enter_somebody_without_any_channel():
    submission = submission_of(replace(INES, email="", consents=[]), CLINIC, DecidedBy.STAFF)

    assert not submission.reachable


def test_consent_to_calls_only_means_that_a_person_must_phone():
    draft = replace(INES, email="", mobile="303 555 0187", consents=["contact-phone-1"])

    assert not submission_of(draft, CLINIC, DecidedBy.PATIENT).reachable


def test_an_address_without_permission_is_not_used():
    draft = replace(INES, mobile="303 555 0187", consents=["contact-phone-1"])

    assert not submission_of(draft, CLINIC, DecidedBy.PATIENT).reachable


def test_the_first_day_may_be_today_but_not_yesterday():
    assert submission_of(replace(INES, not_before="2026-06-15"), CLINIC, DecidedBy.PATIENT).wishes.not_before
    assert list(errors_of(replace(INES, not_before="2026-06-14"))) == ["not_before"]


def test_every_wording_names_its_version_and_the_clinic():
    for version, wording in WORDINGS.items():
        assert wording.version == version
        assert "Tern Street Clinic" in wording.said_by("Tern Street Clinic")


@given(st.sets(st.sampled_from(Reason), min_size=1))
def test_suicidal_ideation_is_a_risk_whatever_else_is_named(reasons: set[Reason]):
    named = Reason.SUICIDAL_IDEATION in reasons

    assert risk_of(reasons) is (RiskLevel.UNASSESSED if named else None)
    assert urgency_of(risk_of(reasons)) is (Urgency.URGENT if named else Urgency.ROUTINE)


anything = st.text(max_size=30)
drafts = st.builds(
    Draft,
    name=anything,
    email=anything | st.just("ines@example.com"),
    mobile=anything | st.just("3035550187"),
    reasons=st.lists(anything | st.sampled_from([str(reason) for reason in Reason])),
    weekdays=st.lists(anything | st.sampled_from([str(day) for day in Weekday])),
    day_parts=st.lists(anything | st.sampled_from([str(part) for part in DayPart])),
    not_before=anything | st.dates().map(str),
    consents=st.lists(anything | st.sampled_from(list(WORDINGS))),
    zone=anything | st.sampled_from(["America/Denver", "Asia/Kolkata", ""]),
)


@given(drafts, st.sampled_from(DecidedBy))
def test_every_draft_is_taken_or_refused_field_by_field(draft: Draft, by: DecidedBy):
    outcome = _outcome(draft, by)

    if isinstance(outcome, Submission):
        assert outcome.reasons
        assert by is not DecidedBy.PATIENT or outcome.email or outcome.mobile
    else:
        assert outcome
        assert set(outcome) <= set(FIELDS)
        assert all(outcome.values())


def _outcome(draft: Draft, by: DecidedBy) -> Submission | dict[str, str]:
    try:
        return submission_of(draft, CLINIC, by)
    except DraftRefused as refused:
        return refused.errors
