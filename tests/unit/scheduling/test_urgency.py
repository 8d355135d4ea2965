"""By when somebody must be seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.domain.daytime import by_day
from services.scheduling.domain.urgency import Risk, due_by, is_late
from services.scheduling.domain.urgency_rules import Counted, UrgencyRules, UrgencyRulesBroken, Within, faults
from services.scheduling.domain.wall_clock import reads
from services.scheduling.store.urgency_versions import shipped_urgency
from shared.events.risk import RiskLevel
from shared.events.values import Urgency
from tests.unit.scheduling.test_decisions import consultation
from tests.unit.scheduling.test_life_cycles import MONDAY_8

DAY = timedelta(days=1)
ZONE = "America/Denver"
RULES = shipped_urgency()
WITHINS = st.builds(Within, st.integers(1, 400), st.sampled_from(Counted))


@pytest.mark.parametrize(
    ("level", "within"),
    [(RiskLevel.HIGH, DAY), (RiskLevel.UNASSESSED, DAY), (RiskLevel.MODERATE, 3 * DAY), (RiskLevel.LOW, 7 * DAY)],
)
def test_a_risk_sets_a_deadline_from_when_it_was_raised(level, within):
    raised_at = MONDAY_8 + timedelta(hours=5)

    assert due_by(RULES, None, MONDAY_8, [Risk(level, raised_at)], ZONE) == raised_at + within


def test_of_several_risks_the_nearest_deadline_counts():
    risks = [Risk(RiskLevel.LOW, MONDAY_8), Risk(RiskLevel.HIGH, MONDAY_8 + DAY)]

    assert due_by(RULES, None, MONDAY_8, risks, ZONE) == MONDAY_8 + 2 * DAY


def test_of_a_risk_and_the_request_itself_the_nearer_counts():
    low, high = [Risk(RiskLevel.LOW, MONDAY_8)], [Risk(RiskLevel.HIGH, MONDAY_8)]

    assert due_by(RULES, Urgency.URGENT, MONDAY_8, low, ZONE) == MONDAY_8 + DAY
    assert due_by(RULES, Urgency.SOON, MONDAY_8, high, ZONE) == MONDAY_8 + DAY


@pytest.mark.parametrize(
    ("urgency", "within"), [(Urgency.ROUTINE, None), (Urgency.SOON, 14 * DAY), (Urgency.URGENT, DAY)]
)
def test_without_a_risk_the_request_itself_says_how_soon(urgency, within):
    assert due_by(RULES, urgency, MONDAY_8, [], ZONE) == (MONDAY_8 + within if within else None)


def test_a_deadline_only_comes_nearer():
    hurried = consultation().hurried(RULES, [Risk(RiskLevel.HIGH, MONDAY_8)], ZONE)

    assert hurried.due_by == MONDAY_8 + DAY
    assert hurried.due_rules == RULES.version
    assert hurried.hurried(RULES, [Risk(RiskLevel.LOW, MONDAY_8)], ZONE) is hurried
    assert replace(hurried, due_by=MONDAY_8 + 9 * DAY).hurried(RULES, [Risk(RiskLevel.LOW, MONDAY_8)], ZONE).due_by == (
        MONDAY_8 + 7 * DAY
    )


def test_no_time_at_all_is_late_where_there_is_a_deadline():
    assert is_late(MONDAY_8, None)
    assert is_late(MONDAY_8, MONDAY_8 + DAY)
    assert not is_late(MONDAY_8, MONDAY_8)
    assert not is_late(None, None)


def test_hours_by_day_stand_still_at_night():
    at = datetime(2026, 6, 16, 1, tzinfo=UTC)  # 19:00 in Denver

    assert reads(Within(3, Counted.DAY).after(at, ZONE), ZONE) == datetime(2026, 6, 16, 9)
    assert Within(3).after(at, ZONE) == at + timedelta(hours=3)


def test_what_is_said_again_waits_for_the_morning():
    night = datetime(2026, 6, 16, 9, tzinfo=UTC)  # 03:00 in Denver

    assert reads(by_day(night, ZONE), ZONE) == datetime(2026, 6, 16, 8)
    assert by_day(night + timedelta(hours=8), ZONE) == night + timedelta(hours=8)


@settings(max_examples=150)
@given(
    WITHINS,
    WITHINS,
    st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30), timezones=st.just(UTC)),
    st.sampled_from([ZONE, "Europe/London", "Australia/Lord_Howe"]),
)
def test_what_is_never_later_is_not_later_whenever_it_is_counted_from(graver, lesser, at, zone):
    if graver.never_later_than(lesser):
        assert graver.after(at, zone) <= lesser.after(at, zone)
    assert graver.after(at, zone) <= at + graver.longest


def changed(**hours):
    """The shipped rules with other hours for some levels, by their words."""
    data = RULES.written()
    for word, said in hours.items():
        for group in ("risk", "urgency"):
            if word in data[group]:
                data[group][word] = said if isinstance(said, dict) else {"hours": said, "counted": "all"}
    return data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed(high=0), "High risk: at least 1 hour"),
        (changed(high=-24), "High risk: at least 1 hour"),
        (changed(low=9000), "Low risk: a year at most"),
        (changed(low={"hours": 5000, "counted": "day"}), "Low risk: a year at most"),
        (changed(high=100), "Risk not yet assessed: not sooner than “High risk”"),
        (changed(moderate=12), "Moderate risk: not sooner"),
        (changed(low=71), "Low risk: not sooner than “Moderate risk”"),
        (changed(urgent=337), "Request to be seen soon: not sooner"),
        (changed(high={"hours": 24, "counted": "day"}), "not sooner than “High risk”"),
        (changed(high=24.5), "whole number"),
        (changed(high=True), "whole number"),
        (changed(high={"hours": 24, "counted": "week"}), "cannot be read"),
        (changed(high={"hours": 24, "counted": "all", "colour": "red"}), "colour"),
        (RULES.written() | {"risk": {"high": {"hours": 24, "counted": "all"}}}, "not how soon"),
        (RULES.written() | {"again_hours": 0}, "every 1 to 168 hours"),
        (RULES.written() | {"source": " "}, "write where these numbers come from"),
        (RULES.written() | {"colour": "red"}, "colour is nothing that this release knows"),
        ({}, "cannot be read"),
    ],
)
def test_rules_that_make_no_sense_are_not_read(data, said):
    with pytest.raises(UrgencyRulesBroken, match=said):
        UrgencyRules.read(data)


def test_rules_are_read_from_what_they_write():
    assert UrgencyRules.read(RULES.written()) == RULES
    assert faults(RULES) == {}
