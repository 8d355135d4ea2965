"""What must be answered before somebody is expected."""

import pytest

from services.scheduling.domain.attendance import Answer, NotAnswered
from services.scheduling.domain.clinic import Purpose


def test_to_a_consultation_one_comes_without_further_questions():
    assert Answer.to(Purpose.CONSULTATION, fasting_understood=True, has_escort=True) == Answer()


@pytest.mark.parametrize(
    ("fasting", "escort", "asked"),
    [(False, None, ("fasting", "escort")), (True, None, ("escort",)), (False, True, ("fasting",))],
)
def test_before_a_session_fasting_and_the_way_home_are_answered(fasting, escort, asked):
    with pytest.raises(NotAnswered) as left_out:
        Answer.to(Purpose.SESSION, fasting_understood=fasting, has_escort=escort)

    assert left_out.value.asked == asked


def test_who_has_nobody_yet_to_take_them_home_may_say_so():
    assert Answer.to(Purpose.SESSION, fasting_understood=True, has_escort=False) == Answer(True, False)
