"""A clinic's data that cannot be meant is refused, with words that say where."""

from dataclasses import replace
from datetime import time
from uuid import UUID

import pytest

from operations.demo_clinic import demo_clinic
from services.scheduling.domain.clinic import Need, Part, ResourceKind
from services.scheduling.domain.misdescribed import ClinicMisdescribed, mistakes, must_be_meant
from services.scheduling.domain.opening import Closure, OpeningHours
from services.scheduling.domain.presence import Absence, Shift
from tests.unit.scheduling.examples import INFUSION, SEATS, VISIT, clinic, wall

STRANGER = UUID(int=77)


def test_the_examples_and_the_demo_clinic_can_be_meant():
    assert list(mistakes(clinic())) == []
    assert list(mistakes(demo_clinic())) == []


def test_hours_and_shifts_may_last_until_midnight():
    hours = (OpeningHours(1, time(20), time(0)), OpeningHours(2, time(0), time(0)))
    shifts = (Shift(SEATS[0].person, 1, time(20), time(0)),)

    assert list(mistakes(replace(clinic(), hours=hours, shifts=shifts))) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"zone": "America/Denever"}, "'America/Denever' is not a zone"),
        ({"name": " "}, "no name"),
        ({"hours": (OpeningHours(1, time(22), time(2)),)}, "over midnight are entered as two"),
        ({"hours": (OpeningHours(1, time(8), time(8)),)}, "on Monday end at 08:00, before they begin at 08:00"),
        ({"hours": (OpeningHours(8, time(8), time(9)),)}, "no weekday 8"),
        ({"hours": (OpeningHours(2, time(8), time(12)), OpeningHours(2, time(11), time(15)))}, "Tuesday overlap at 11:00"),
        ({"hours": (OpeningHours(2, time(20), time(0)), OpeningHours(2, time(22), time(0)))}, "Tuesday overlap at 22:00"),
        ({"resources": (SEATS[0], SEATS[0])}, "Two resources are the same"),
        ({"resources": (replace(SEATS[0], room_id=STRANGER),)}, "stands in a room that is not there"),
        ({"closures": (Closure(wall("2026-12-25"), wall("2026-12-25"), "Christmas"),)}, "closure for Christmas ends before"),
        ({"shifts": (Shift(SEATS[0].person, 1, time(22), time(6)),)}, "nurse_seat 31 has a shift that ends before"),
        ({"absences": (Absence(SEATS[0].id, wall("2026-12-25"), wall("2026-12-24")),)}, "absence that ends before"),
        ({"kinds": (replace(VISIT, parts=()),)}, "has no parts"),
        ({"kinds": (replace(VISIT, parts=(Part("visit", 0),)),)}, "takes no time"),
        ({"kinds": (replace(VISIT, parts=(Part("visit", -5),)),)}, "takes no time"),
        ({"kinds": (replace(VISIT, parts=(Part("visit", 2000),)),)}, "takes more than a day"),
        ({"kinds": (replace(VISIT, days_apart=2),)}, "between sessions only"),
        ({"kinds": (replace(INFUSION, days_apart=-1),)}, "not fewer than none"),
        ({"kinds": (replace(INFUSION, needs=(Need(ResourceKind.CHAIR, 1, 5),)),)}, "needs a chair in a part it does not have"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(changed, words):
    with pytest.raises(ClinicMisdescribed, match=words):
        must_be_meant(replace(clinic(), **changed))


def test_everything_that_is_wrong_is_said_at_once():
    wrong = replace(clinic(), name="", zone="Nowhere", hours=(OpeningHours(1, time(9), time(8)),))

    assert len(list(mistakes(wrong))) == 3
