"""The walk through a request: whatever is answered, every page is reachable, it ends, and back and forth loses nothing."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.guided.accept import accept, skipped
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.walk import CHECK, Step, Walk
from services.intake.domain.reasons import Reason
from tests.examples import examples
from tests.unit.intake.guided import CLINIC, RULES, accepted, typed_on

MOST_PAGES = 100
"""All reasons at once, every scale, the whole screener: what nobody should have to answer, and somebody may."""
people = st.randoms(use_true_random=False)
WALKS = examples(50)
"""Each is up to a hundred pages long."""


def walked(person, walk: Walk | None = None, *, skipping: bool = False) -> Walk:
    """To the end, as this person answers."""
    walk = walk or Walk(Answers(), RULES)
    for _ in range(MOST_PAGES):
        slug = walk.first_open
        if slug == CHECK:
            break
        left_out = skipped(slug) if skipping and person.random() < 0.3 else None
        values = accept(slug, typed_on(slug, walk, person), walk, CLINIC) if left_out is None else left_out
        walk = Walk(walk.answers.with_page(slug, values), RULES)
    return walk


@WALKS
@given(people)
def test_whatever_is_answered_the_walk_ends(person):
    assert walked(person, skipping=True).first_open == CHECK


@WALKS
@given(people)
def test_every_page_can_be_opened_again_at_the_end_and_the_way_back_meets_them_all(person):
    walk = walked(person)
    slugs = [stop.slug for stop in walk.stops]
    back = [CHECK]
    while before := walk.before(back[-1]):
        back.append(before)

    assert len(set(slugs)) == len(slugs)
    assert back == slugs[::-1]
    assert all(walk.may_open(slug) for slug in slugs)


def test_what_was_agreed_to_for_oneself_is_asked_once_more_for_another():
    person = Random(1)
    walk = walked(person, accepted(Walk(Answers(), RULES), "who", {"who": ["self"]}))

    for_another = accepted(walk, "who", {"who": ["other"]})
    for_another = accepted(for_another, "helper", typed_on("helper", for_another, person))

    assert for_another.first_open == "consent"
    assert accepted(for_another, "who", {"who": ["self"]}).first_open == CHECK


@WALKS
@given(people, people)
def test_changing_answers_there_and_back_loses_none(person, other):
    walk = walked(person)
    there = accepted(walk, "reasons", typed_on("reasons", walk, other))
    there = accepted(there, "who", {"who": ["other"]})
    back = accepted(there, "reasons", {"reasons": walk.answers.several("reasons")})
    back = accepted(back, "who", {"who": [walk.answers.one("who")]})

    assert all(back.answers.values(slug) == page.values for slug, page in walk.answers.pages.items())
    assert back.stops == walk.stops
    assert back.first_open == CHECK


@WALKS
@given(people, st.lists(st.sampled_from(list(Reason)), min_size=1, unique=True))
def test_the_screener_is_asked_exactly_when_it_is_due_whatever_led_to_it(person, later_reasons):
    walk = walked(person)
    walk = walked(person, accepted(walk, "reasons", {"reasons": later_reasons}))

    assert any(stop.slug.startswith("screener-") for stop in walk.stops) == walk.answers.screener_due


@WALKS
@given(people)
def test_progress_only_counts_up_and_ends_where_it_said(person):
    walk = walked(person)
    shown = [walk.progress(stop.slug) for stop in walk.stops]

    assert [one.number for one in shown] == sorted(one.number for one in shown)
    assert all(1 <= one.question <= one.questions and one.of == len(Step) for one in shown)
    assert shown[-1].number == shown[-1].of


def test_the_screener_follows_the_answer_that_leads_to_it():
    walk = Walk(Answers().with_page("reasons", {"reasons": ("depression",)}), RULES)
    walk = accepted(walk, "phq-9-9", {"phq-9-9": ["2"]})
    slugs = [stop.slug for stop in walk.stops]

    assert slugs[slugs.index("phq-9-9") + 1] == "screener-wish"


def test_suicide_named_as_a_reason_is_asked_about_before_anything_else():
    walk = accepted(Walk(Answers(), RULES), "reasons", {"reasons": ["suicidal-ideation"]})
    slugs = [stop.slug for stop in walk.stops]

    assert slugs[slugs.index("reasons") + 1] == "screener-wish"


def test_a_yes_to_the_safety_question_is_followed_up_also_when_the_question_is_gone():
    walk = Walk(Answers().with_page("safety", {"safety": ("yes",)}), RULES)
    walk = accepted(walk, "reasons", {"reasons": ["depression"]})
    slugs = [stop.slug for stop in walk.stops]

    assert "safety" not in slugs
    assert slugs[slugs.index("phq-9-9") + 1] == "screener-wish"


def test_a_further_reason_adds_its_own_questions_to_those_before():
    anxious = Walk(Answers().with_page("reasons", {"reasons": ("anxiety",)}), RULES)
    in_pain_too = accepted(anxious, "reasons", {"reasons": ["anxiety", "chronic-pain"]})

    added = {stop.slug for stop in in_pain_too.stops} - {stop.slug for stop in anxious.stops}
    assert added == {"health-history", "pain-nrs-1"}


def test_a_question_added_to_a_page_opens_that_page_again():
    rules = RULES.with_further(RULES.items[0].model_copy(update={"id": "further"}))
    walk = Walk(Answers().with_page("reasons", {"reasons": ("anxiety",)}), RULES)
    walk = accepted(walk, "health-heart", {item.id: ["no"] for item in walk.health_items("health-heart")})
    up_to_health = walk.answers
    for slug in ("who", "born", "name", "contact"):
        up_to_health = up_to_health.with_page(slug, {slug: ("given",)})

    assert Walk(up_to_health, RULES).first_open == "health-body"
    assert Walk(up_to_health, rules).first_open == "health-heart"


def test_what_lies_ahead_waits_for_the_answers_before_it():
    walk = accepted(Walk(Answers(), RULES), "who", {"who": ["self"]})

    assert [slug for slug in ("who", "born", "name", CHECK, "helper", "nothing") if walk.may_open(slug)] == [
        "who",
        "born",
    ]
