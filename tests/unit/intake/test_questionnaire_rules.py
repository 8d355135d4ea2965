"""The protocol as data, what proves who opens a link, and what totals over time say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.intake.domain.questionnaire.proof import Proof
from services.intake.domain.questionnaire.protocol import FollowUpProtocol, ProtocolBroken
from services.intake.domain.questionnaire.trend import Taken, trends
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import SCALES, ScaleCode
from services.intake.store.shipped_protocol import shipped_protocol

DATA = {
    "version": 2,
    "hours_after": 20,
    "screener": [],
    "scales": {reason.value: ["phq-9"] for reason in Reason},
}
BEFORE = datetime(2027, 3, 1, tzinfo=UTC)
PHQ_9 = SCALES[ScaleCode.PHQ_9]


def test_each_scale_is_asked_once_whichever_reasons_want_it():
    plan = shipped_protocol().plan_for([Reason.CHRONIC_PAIN, Reason.DEPRESSION, Reason.OCD])

    assert plan.scales == (ScaleCode.PHQ_9, ScaleCode.PAIN_NRS)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"scales": {"depression": ["phq-9"]}}, "has no scale"),
        ({"scales": {**DATA["scales"], "ocd": ["y-bocs"]}}, "on paper only"),
        ({"scales": {**DATA["scales"], "ocd": ["unheard-of"]}}, "cannot be read"),
        ({"hours_after": "soon"}, "cannot be read"),
    ],
)
def test_what_is_no_protocol_is_refused_with_what_is_wrong(change: dict, wrong: str):
    with pytest.raises(ProtocolBroken, match=wrong):
        FollowUpProtocol.read({**DATA, **change})


@pytest.mark.parametrize(
    ("name", "typed", "fits"),
    [
        ("Ines Marchetti", "marchetti", True),
        ("Inés García López", "Garcia Lopez", True),
        ("Inés García López", "LÓPEZ", True),
        ("Inés García López", "García", False),
        ("Ines Marchetti", "Ines", False),
        ("Ines Marchetti", "chetti", False),
        ("Ines Marchetti", "", False),
        ("Ines Marchetti", " - ", False),
        ("Ada", "Ada", True),
    ],
)
def test_without_a_date_of_birth_the_last_name_proves_it(name: str, typed: str, fits: bool):
    assert Proof(None, name).fits(typed) is fits


def test_with_a_date_of_birth_the_name_proves_nothing():
    proof = Proof(date(1984, 7, 19), "Ines Marchetti")

    assert proof.fits("1984-07-19")
    assert not proof.fits("Marchetti")


def test_half_of_the_baseline_is_a_response_and_below_five_remission():
    (trend,) = trends(
        [Taken(BEFORE, PHQ_9.of_total(18), before=True), Taken(BEFORE + timedelta(days=20), PHQ_9.of_total(4))]
    )

    assert trend.progress
    assert trend.progress.response
    assert trend.progress.remission


def test_without_answers_from_before_there_is_nothing_to_compare_with():
    (trend,) = trends([Taken(BEFORE, PHQ_9.of_total(18)), Taken(BEFORE + timedelta(days=20), PHQ_9.of_total(4))])

    assert trend.progress is None
