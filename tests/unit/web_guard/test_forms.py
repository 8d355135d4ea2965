"""A form becomes a value, or sentences beside its fields with everything typed kept."""

from datetime import date
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, field_validator, model_validator
from starlette.datastructures import FormData, UploadFile

from shared.web.forms import FormErrors, parse_form, typed_values


class Reason(StrEnum):
    DEPRESSION = "depression"
    PAIN = "pain"


class Wish(BaseModel):
    name: str = Field(max_length=20, json_schema_extra={"messages": {"missing": "Enter your name."}})
    email: str | None = None
    mobile: str | None = None
    reasons: list[Reason] = Field(min_length=1, json_schema_extra={"messages": {"missing": "Choose at least one."}})
    days: tuple[str, ...] | None = None
    born: date | None = None
    consent: bool = False

    @field_validator("email")
    @classmethod
    def _at(cls, email: str | None) -> str | None:
        if email is not None and "@" not in email:
            raise ValueError("Write the whole address, with an @.")
        return email

    @model_validator(mode="after")
    def _reachable(self) -> "Wish":
        if not self.email and not self.mobile:
            raise ValueError("Give an e-mail address or a mobile number.")
        return self


GOOD = [("name", "Noa"), ("email", "noa@example.com"), ("reasons", "pain")]


def test_a_good_form_is_a_value():
    form = parse_form(Wish, [*GOOD, ("reasons", "depression"), ("days", "monday"), ("consent", "yes")])

    assert form == Wish(
        name="Noa",
        email="noa@example.com",
        reasons=[Reason.PAIN, Reason.DEPRESSION],
        days=("monday",),
        consent=True,
    )


def test_text_is_trimmed_and_lines_end_in_one_way():
    form = parse_form(Wish, FormData([*GOOD, ("name", "  Noa\r\nB  ")]))

    assert isinstance(form, Wish)
    assert form.name == "Noa\nB"


def test_an_empty_field_is_one_not_filled_in():
    form = parse_form(Wish, [*GOOD, ("born", ""), ("days", ""), ("mobile", "   ")])

    assert isinstance(form, Wish)
    assert (form.born, form.days, form.mobile) == (None, None, None)


def test_each_wrong_field_has_its_sentence_in_the_order_of_the_form_and_nothing_typed_is_lost():
    pairs = [("consent", "perhaps"), ("born", "2026-02-30"), ("email", "noa"), ("name", " "), ("extra", "x")]

    form = parse_form(Wish, pairs)

    assert form == FormErrors(
        {
            "name": "Enter your name.",
            "email": "Write the whole address, with an @.",
            "reasons": "Choose at least one.",
            "born": "Write a date that exists, as year-month-day, such as 2027-03-09.",
            "consent": "Answer yes or no.",
        },
        {"consent": "perhaps", "born": "2026-02-30", "email": "noa", "name": ""},
    )
    assert isinstance(form, FormErrors)
    assert list(form.errors) == ["name", "email", "reasons", "born", "consent"]


def test_a_wrong_choice_among_several_is_the_fields_error():
    form = parse_form(Wish, [*GOOD, ("reasons", "boredom"), ("reasons", "pain")])

    assert isinstance(form, FormErrors)
    assert form.errors == {"reasons": "Choose one of: 'depression' or 'pain'."}
    assert form.typed["reasons"] == ["pain", "boredom", "pain"]


def test_what_concerns_several_fields_stands_under_the_form():
    form = parse_form(Wish, [("name", "Noa"), ("reasons", "pain")])

    assert isinstance(form, FormErrors)
    assert form.errors == {"form": "Give an e-mail address or a mobile number."}


def test_a_limit_is_named_and_the_value_is_not():
    form = parse_form(Wish, [*GOOD, ("name", "Q" * 21)])

    assert isinstance(form, FormErrors)
    assert form.errors == {"name": "Write at most 20 characters."}


def test_a_file_in_place_of_text_is_ignored():
    upload = UploadFile(file=None, filename="x")  # type: ignore[arg-type]

    assert typed_values(Wish, FormData([("name", upload), ("email", "e")])) == {"email": "e"}


@pytest.mark.parametrize("name", ["שָׁלוֹם", "👩🏽‍⚕️", "O'Hara <b>", "\u202eabc", "名前"])
def test_names_of_all_the_world_pass(name):
    form = parse_form(Wish, [*GOOD, ("name", name)])

    assert isinstance(form, Wish)
    assert form.name == name


NAMES = st.sampled_from([*Wish.model_fields, "other", "form", ""])


@given(st.lists(st.tuples(NAMES, st.text(max_size=30))))
def test_whatever_is_sent_the_answer_is_a_value_or_sentences(pairs):
    form = parse_form(Wish, pairs)

    if isinstance(form, FormErrors):
        assert form.errors
        assert all(words[0].isupper() and words.endswith(".") for words in form.errors.values())
        assert set(form.typed) <= set(Wish.model_fields)
    else:
        assert form.name.strip() == form.name != ""


@given(st.lists(st.tuples(NAMES, st.text(max_size=30))))
def test_what_was_typed_sent_again_means_the_same(pairs):
    """A form shown again with what was typed, and sent unchanged, is the same form."""
    typed = typed_values(Wish, pairs)
    again = [
        (name, value) for name, values in typed.items() for value in (values if isinstance(values, list) else [values])
    ]

    assert parse_form(Wish, again) == parse_form(Wish, pairs) or typed_values(Wish, again) == {
        name: value for name, value in typed.items() if value != []
    }
