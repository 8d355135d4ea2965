"""A deadline has passed: what stands in the way of being seen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.late import NOT_RECORDED_AFTER, look_at_passed
from shared.events.consultation import LateBecause
from tests.unit.scheduling.test_decisions import appointment

BOOKED = appointment()
