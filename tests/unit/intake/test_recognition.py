import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.recognition import Likeness, Trait, traits_of, whole_name
from shared.ids import uuid7


@pytest.mark.parametrize(
    "written", ["Inès Marchetti-Ruiz", "ines marchetti ruiz", "Marchetti Ruiz, Inés", " INES  MARCHETTI   RUIZ "]
)
def test_one_name_however_it_is_written(written):
    assert whole_name(written) == "ines marchetti ruiz"


def test_a_name_in_another_script_stays_itself():
    assert whole_name("ليلى حدّاد") == whole_name("حداد ليلى")
    assert whole_name("李 小龙") != whole_name("李 大龙")


@given(st.text())
def test_bringing_a_name_into_its_form_again_changes_nothing(written):
    assert whole_name(whole_name(written)) == whole_name(written)


def test_what_was_not_given_recognises_nobody():
    assert set(traits_of("Ines", None, None)) == {Trait.NAME}


@pytest.mark.parametrize(
    ("shared", "born_apart", "likely"),
    [
        ({Trait.EMAIL, Trait.NAME}, False, True),
        ({Trait.MOBILE, Trait.BIRTH}, False, True),
        ({Trait.MOBILE}, False, False),
        ({Trait.EMAIL, Trait.NAME}, True, False),
    ],
)
def test_likely_needs_more_than_a_shared_phone(shared, born_apart, likely):
    assert Likeness(uuid7(), frozenset(shared), born_apart).likely is likely
