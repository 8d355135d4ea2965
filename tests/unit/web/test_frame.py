"""What stands around every public page, in any language."""

import pytest
from pydantic import ValidationError

from shared.settings import ClinicIdentity
from shared.web.frame import TOKENS, FrameWords, clinic_tokens, filled

CLINIC = ClinicIdentity()


def test_a_number_in_braces_can_be_dialled():
    assert filled("Call {crisis} now", clinic_tokens(CLINIC)) == 'Call <a class="nowrap" href="tel:988">988</a> now'


def test_what_is_written_around_it_is_escaped():
    assert filled("<b>{clinic}", clinic_tokens(ClinicIdentity(name="A & B"))) == "&lt;b&gt;A &amp; B"


def test_every_token_has_a_value():
    assert set(clinic_tokens(CLINIC)) == TOKENS


def test_a_token_there_is_none_of_is_refused_at_once():
    with pytest.raises(ValidationError, match=r"no setting is called \{telephone\}"):
        FrameWords(call_us="Call {telephone}")


def test_hours_are_said_in_the_language_of_the_page():
    assert CLINIC.hours_in_language("es").startswith("Lunes a viernes")
    assert CLINIC.hours_in_language("fr") == CLINIC.hours


def test_the_shipped_translation_of_the_hours_never_stands_beside_hours_of_ones_own():
    assert ClinicIdentity(hours="Sundays").hours_in_language("es") == "Sundays"
    assert ClinicIdentity(hours="Sundays", hours_in={"es": "Domingos"}).hours_in_language("es") == "Domingos"
