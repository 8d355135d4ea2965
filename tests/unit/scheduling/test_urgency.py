"""By when somebody must be seen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.scheduling.domain.urgency import Risk, due_by, is_late
from services.scheduling.store.urgency_rules import urgency_rules
from shared.events.risk import RiskLevel
from shared.events.values import Urgency
from tests.unit.scheduling.test_decisions import consultation
from tests.unit.scheduling.test_life_cycles import MONDAY_8

DAY = timedelta(days=1)
RULES = urgency_rules()


@pytest.mark.parametrize(
    ("level", "within"),
    [(RiskLevel.HIGH, DAY), (RiskLevel.UNASSESSED, DAY), (RiskLevel.MODERATE, 3 * DAY), (RiskLevel.LOW, 7 * DAY)],
)
def test_a_risk_sets_a_deadline_from_when_it_was_raised(level, within):
    raised_at = MONDAY_8 + timedelta(hours=5)

    assert due_by(RULES, Urgency.URGENT, MONDAY_8, [Risk(level, raised_at)]) == raised_at + within


def test_of_several_risks_the_nearest_deadline_counts():
    risks = [Risk(RiskLevel.LOW, MONDAY_8), Risk(RiskLevel.HIGH, MONDAY_8 + DAY)]

    assert due_by(RULES, Urgency.URGENT, MONDAY_8, risks) == MONDAY_8 + 2 * DAY


@pytest.mark.parametrize(
    ("urgency", "within"), [(Urgency.ROUTINE, None), (Urgency.SOON, 14 * DAY), (Urgency.URGENT, DAY)]
)
def test_without_a_risk_the_request_itself_says_how_soon(urgency, within):
    assert due_by(RULES, urgency, MONDAY_8, []) == (MONDAY_8 + within if within else None)


def test_every_level_of_risk_has_a_deadline():
    assert RULES.by_risk.keys() == set(RiskLevel)


def test_a_deadline_only_comes_nearer():
    hurried = consultation().hurried(RULES, [Risk(RiskLevel.HIGH, MONDAY_8)])

    assert hurried.due_by == MONDAY_8 + DAY
    assert hurried.due_rules == RULES.version
    assert hurried.hurried(RULES, [Risk(RiskLevel.LOW, MONDAY_8)]) is hurried
    assert replace(hurried, due_by=MONDAY_8 + 9 * DAY).hurried(RULES, [Risk(RiskLevel.LOW, MONDAY_8)]).due_by == (
        MONDAY_8 + 7 * DAY
    )


def test_no_time_at_all_is_late_where_there_is_a_deadline():
    assert is_late(MONDAY_8, None)
    assert is_late(MONDAY_8, MONDAY_8 + DAY)
    assert not is_late(MONDAY_8, MONDAY_8)
    assert not is_late(None, None)
