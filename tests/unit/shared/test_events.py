"""What an event may be declared to be."""

import pytest

from shared.events.base import Kind, PatientEvent
from shared.events.catalogue import TOPICS


def test_only_a_fact_may_overtake_other_events():
    with pytest.raises(TypeError, match="only a fact"):

        class Overtaking(PatientEvent, topic="overtaking", kind=Kind.STATE, safety=True):
            pass


def test_a_risk_is_about_safety():
    assert TOPICS["risk-raised"].safety
