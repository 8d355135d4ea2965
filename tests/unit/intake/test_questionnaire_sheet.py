"""The questions after an infusion: whatever is answered, in whatever order, they end, and no sign of risk is lost."""

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.cssrs import Level
from services.intake.domain.cssrs import Question as Screener
from services.intake.domain.guided.answers import Answers, scale_page, screener_page
from services.intake.domain.questionnaire.sheet import SAFETY, Plan, Sheet
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import SCALES, ScaleCode
from services.intake.store.shipped_protocol import shipped_protocol

ITEM_9 = scale_page(ScaleCode.PHQ_9, 9)
MOOD = Plan((ScaleCode.PHQ_9,), screener=False, protocol_version=1)
PAIN = Plan((ScaleCode.PAIN_NRS,), screener=False, protocol_version=1)
REASONS = st.sets(st.sampled_from(Reason), min_size=1)
REPLIES = st.sampled_from(["yes", "no", "skipped"])


def said(sheet: Sheet, slug: str, value: str | None) -> Sheet:
    return sheet.with_page(slug, {slug: (value,)} if value is not None else {})


def choices_of(slug: str) -> st.SearchStrategy[str | None]:
    if slug == SAFETY or slug.startswith("screener-"):
        return REPLIES
    items = {scale_page(scale.code, item.number): item for scale in SCALES.values() for item in scale.items}
    return st.sampled_from([None, *(str(choice.value) for choice in items[slug].choices)])


@given(reasons=REASONS, data=st.data())
def test_every_walk_ends_and_never_passes_a_sign_of_risk(reasons: set[Reason], data: st.DataObject):
    sheet = Sheet(shipped_protocol().plan_for(reasons), Answers())
    shown = False
    while (slug := sheet.first_open) is not None:
        value = data.draw(choices_of(slug), label=slug)
        sheet = said(sheet, slug, value)
        sign = (slug == ITEM_9 and value not in (None, "0")) or (value == "yes")
        shown = shown or sign
        assert not shown or sheet.risk is not None
        if sign and not slug.startswith("screener-"):
            assert str(sheet.first_open).startswith("screener-")
    assert [score.code for score in sheet.scores] == list(sheet.plan.scales)
    assert sheet.answers.has(ITEM_9) or sheet.answers.has(SAFETY)


@given(
    replies=st.dictionaries(st.sampled_from(Screener), REPLIES),
    item_9=st.sampled_from([None, "0", "1", "2", "3"]),
    order=st.randoms(use_true_random=False),
)
def test_the_risk_is_the_same_in_whatever_order_it_was_said(replies: dict, item_9: str | None, order):
    pages = [(ITEM_9, item_9), *((screener_page(question), reply) for question, reply in replies.items())]
    straight, mixed = Sheet(MOOD, Answers()), Sheet(MOOD, Answers())
    for slug, value in pages:
        straight = said(straight, slug, value)
    order.shuffle(pages)
    for slug, value in pages:
        mixed = said(mixed, slug, value)

    assert mixed.risk is straight.risk
    assert straight.answers.triage is None or straight.answers.triage.level is Level.NONE or straight.risk is not None


def test_the_screener_comes_directly_after_item_9():
    sheet = said(Sheet(Plan((ScaleCode.PHQ_9, ScaleCode.GAD_7), False, 1), Answers()), ITEM_9, "1")

    assert sheet.stops[sheet.stops.index(ITEM_9) + 1] == screener_page(Screener.WISH)


def test_where_no_scale_asks_about_safety_the_question_does():
    assert Sheet(PAIN, Answers()).stops == ("pain-nrs-1", SAFETY)


def test_a_question_about_safety_that_was_left_out_is_for_staff_to_ask():
    assert said(Sheet(MOOD, Answers()), ITEM_9, None).staff_ask_about_safety
    assert said(Sheet(PAIN, Answers()), SAFETY, "skipped").staff_ask_about_safety


def test_what_lies_ahead_waits_for_the_answers_before_it():
    sheet = said(Sheet(MOOD, Answers()), "phq-9-1", "0")

    assert sheet.may_open("phq-9-1")
    assert sheet.may_open("phq-9-2")
    assert not sheet.may_open("phq-9-3")
    assert not sheet.may_open("gad-7-1")
