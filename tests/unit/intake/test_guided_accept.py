"""What each page takes: values, or a sentence in every language for every field that is wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.consent import current
from services.intake.domain.guided.accept import LANGUAGES, PageRefused, Typed, accept, skipped
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.birth import UnderAge
from services.intake.domain.guided.walk import Walk
from services.intake.domain.privacy import PRIVACY_WORDINGS, privacy_wording
from services.intake.domain.words import Words
from tests.unit.intake.guided import CLINIC, RULES

NOTHING = Walk(Answers(), RULES)
PAGES = ["who", "helper", "born", "name", "contact", "reasons", "health-heart", "phq-9-9", "safety", "when", "consent"]
FIELDS = [
    *PAGES,
    "email",
    "mobile",
    "consents",
    "weekdays",
    "not_before",
    "agreed",
    "helper_name",
    "authority",
    "language",
]
anything = st.text(max_size=40) | st.sampled_from(
    ["<script>alert(1)</script>", "‮evil", "99", "-1", "yes", "2027-02-30", "+44 20 7946 0958", "a@b", "self", "١٩٨٤"]
)


@given(
    st.sampled_from(PAGES),
    st.dictionaries(
        st.sampled_from([*FIELDS, "born_year", "born_month", "born_day", "blood-pressure"]),
        st.lists(anything, max_size=3),
    ),
)
def test_whatever_is_typed_there_are_values_or_sentences_in_every_language(slug, typed):
    said = said_about(slug, typed)

    assert all(dict(sentence.by_language).keys() == set(LANGUAGES) for sentence in said)


def said_about(slug: str, typed: Typed) -> list[Words]:
    try:
        accept(slug, typed, NOTHING, CLINIC)
    except UnderAge:
        return []
    except PageRefused as refused:
        return list(refused.errors.values())
    return []


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"email"}),
        ({"email": ["ines@example.com"]}, {"consents"}),
        ({"email": ["ines@"], "consents": ["contact-email-1"]}, {"email"}),
        ({"mobile": ["12"], "consents": ["contact-sms-1"]}, {"mobile"}),
        ({"mobile": ["+1 303 555 0187"], "consents": ["contact-email-1"]}, {"email"}),
        ({"email": ["ines@example.com"], "consents": ["contact-fax-9"]}, {"consents"}),
        ({"email": ["ines@example.com"], "consents": ["contact-email-1"], "language": ["tlh"]}, {"language"}),
    ],
)
def test_a_contact_that_leads_nowhere_is_explained(typed, wrong):
    with pytest.raises(PageRefused) as refused:
        accept("contact", {"language": ["en"], **typed}, NOTHING, CLINIC)

    assert refused.value.errors.keys() == wrong


@pytest.mark.parametrize(
    "typed",
    [
        {"email": ["ines+clinic@example.com"], "consents": ["contact-email-1"]},
        {"email": ["ines@bücher.example"], "consents": ["contact-email-1-es"]},
        {"mobile": ["+44 20 7946 0958"], "consents": ["contact-phone-1"]},
        {"mobile": ["(303) 555-0187"], "consents": ["contact-sms-1"]},
    ],
)
def test_contacts_from_anywhere_are_taken_as_they_were_typed(typed):
    values = accept("contact", {**typed, "language": ["es"]}, NOTHING, CLINIC)

    assert [*values["email"], *values["mobile"]] == [*typed.get("email", []), *typed.get("mobile", [])]


def test_when_to_call_is_kept_only_for_somebody_who_may_be_called():
    typed = {
        "email": ["ines@example.com"],
        "consents": ["contact-email-1"],
        "call_when": ["evening"],
        "language": ["en"],
    }

    assert accept("contact", typed, NOTHING, CLINIC)["call_when"] == ()


@pytest.mark.parametrize(
    "written",
    [("1984", "2", "30"), ("", "", ""), ("84", "7", "19"), ("2027", "3", "10"), ("1890", "1", "1"), ("x", "y", "z")],
)
def test_an_age_that_cannot_be_is_explained(written):
    typed = dict(zip(("born_year", "born_month", "born_day"), ([one] for one in written), strict=True))

    with pytest.raises(PageRefused) as refused:
        accept("born", typed, NOTHING, CLINIC)

    assert refused.value.errors.keys() == {"born"}


def test_a_minor_is_no_mistake():
    with pytest.raises(UnderAge):
        accept("born", {"born_year": ["2010"], "born_month": ["1"], "born_day": ["31"]}, NOTHING, CLINIC)


def test_every_question_about_health_that_was_left_out_is_named():
    first, *others = NOTHING.health_items("health-heart")

    with pytest.raises(PageRefused) as refused:
        accept("health-heart", {first.id: ["no"]}, NOTHING, CLINIC)

    assert list(refused.value.errors) == [item.id for item in others]


def test_an_answer_outside_a_scale_is_refused():
    with pytest.raises(PageRefused):
        accept("phq-9-9", {"phq-9-9": ["4"]}, NOTHING, CLINIC)


def test_what_was_agreed_to_is_kept_in_its_own_words():
    values = accept("consent", {"agreed": ["privacy-1-es"]}, NOTHING, CLINIC)

    assert values["text"] == (PRIVACY_WORDINGS["privacy-1-es"].said_by("Tern Street Clinic"),)


def test_who_asks_for_another_agrees_for_them_and_not_for_themselves():
    for_another = Walk(Answers().with_page("who", {"who": ("other",)}), RULES)

    values = accept("consent", {"agreed": ["privacy-other-1-es"]}, for_another, CLINIC)

    assert "salud" in values["text"][0]
    assert "mi salud" not in values["text"][0]
    for walk, other_wording in ((for_another, "privacy-1"), (NOTHING, "privacy-other-1")):
        with pytest.raises(PageRefused):
            accept("consent", {"agreed": [other_wording]}, walk, CLINIC)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_shown_for_another_speaks_of_no_health_or_appointment_of_ones_own(language: str):
    own = re.compile(r"\bmy (?!carrier)|\bI am\b|\bmis? (?!compañía)|\bcómo estoy\b")
    shown = [one.text for one in current(language, for_another=True).values()]

    assert not [text for text in (*shown, privacy_wording(language, for_another=True).text) if own.search(text)]
    assert own.search(privacy_wording(language).text)


def test_only_what_may_be_left_out_can_be_skipped():
    assert skipped("phq-9-3") == {}
    assert skipped("screener-plan") == {"screener-plan": ("skipped",)}
    assert skipped("contact") is None
    assert skipped("health-heart") is None
