"""A risk is raised in the transaction of the answer that shows it, whatever the order of the pages and the windows."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.domain.cssrs import Question, Reply
from services.intake.domain.guided.answers import Answers, Values
from services.intake.use_cases import raise_risk
from services.intake.use_cases.save_page import AlreadySent, ChangedElsewhere, Kept
from shared.events.risk import RiskLevel
from tests.integration.intake.conftest import Intake
from tests.integration.intake.guided import Walk

GRAVITY = list(RiskLevel)


@pytest.fixture
async def walk(intake: Intake) -> Walk:
    return await Walk.begin(intake)


async def raised(intake: Intake) -> list[dict]:
    return [event for topic, event in await intake.said() if topic == "risk-raised"]


async def test_the_answer_and_its_risk_are_kept_together(walk: Walk, intake: Intake):
    await walk.say(reasons="suicidal-ideation")

    draft = await walk.draft()
    [event] = await raised(intake)
    assert (event["request_id"], event["reference"]) == (str(draft.request_id), draft.reference)
    assert (event["level"], event["seen_in"]) == ("unassessed", "request")
    [flag] = await intake.rows("select id, request_id, patient_id from risk_flag")
    assert (str(flag["id"]), flag["patient_id"]) == (event["risk_id"], draft.patient_id)


async def test_or_not_at_all(walk: Walk, intake: Intake, monkeypatch: pytest.MonkeyPatch):
    async def lost(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(raise_risk.risk_flags, "add", lost)
    with pytest.raises(ConnectionResetError):
        await walk.say(reasons="suicidal-ideation")

    assert not (await walk.answers()).has("reasons")
    assert await intake.said() == []


async def test_it_is_raised_again_only_when_it_rises(walk: Walk, intake: Intake):
    await walk.say(reasons="depression", phq_9_9="2", screener_wish="yes", screener_thoughts="no")
    await walk.say(screener_behaviour="no", phq_9_9="1", screener_plan="yes", screener_intent="yes")

    assert [event["level"] for event in await raised(intake)] == ["unassessed", "low", "high"]


async def test_what_was_answered_away_stays_raised_and_is_not_raised_again(walk: Walk, intake: Intake):
    await walk.say(reasons="depression", phq_9_9="2")
    await walk.say(phq_9_9="0")
    await walk.say(phq_9_9="2")

    assert len(await raised(intake)) == 1
    assert (await walk.draft()).risk is RiskLevel.UNASSESSED


async def test_an_answer_that_another_window_kept_from_being_saved_is_still_a_risk(walk: Walk, intake: Intake):
    await walk.say(reasons="depression", phq_9_9="0")
    late = await walk.save("phq-9-9", {"phq-9-9": ("3",)}, revision=0)

    assert isinstance(late, ChangedElsewhere)
    assert len(await raised(intake)) == 1


async def test_an_answer_that_comes_after_the_request_was_sent_is_still_a_risk(walk: Walk, intake: Intake):
    await (await walk.filled()).send()
    late = await walk.save("screener-plan", {"screener-plan": ("yes",)}, revision=0)

    assert isinstance(late, AlreadySent)
    [event] = await raised(intake)
    assert event["level"] == "high"


async def test_sending_raises_no_second_risk_and_asks_for_haste(walk: Walk, intake: Intake):
    await (await walk.filled("suicidal-ideation")).send()

    assert len(await raised(intake)) == await intake.count("risk_flag") == 1
    topic, request = (await intake.said())[-1]
    assert (topic, request["urgency"]) == ("consultation-requested", "urgent")
    assert request["reference"] == (await raised(intake))[0]["reference"]


async def test_a_risk_that_was_answered_away_still_asks_for_haste(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await walk.say(phq_9_9="2")
    await walk.say(phq_9_9="0")
    await walk.send()

    assert (await intake.said())[-1][1]["urgency"] == "urgent"


async def test_a_question_about_safety_that_was_left_out_asks_for_haste_too(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await walk.save("phq-9-9", {})
    await walk.send()

    assert await raised(intake) == []
    assert (await intake.said())[-1][1]["urgency"] == "soon"


async def test_two_windows_that_show_it_at_once_raise_it_once(walk: Walk, intake: Intake):
    await walk.say(reasons="depression")
    await asyncio.gather(walk.say(phq_9_9="2"), walk.say(screener_wish="skipped"), walk.say(safety="yes"))

    assert [event["level"] for event in await raised(intake)] == ["unassessed"]


def page(slug: str, *values: str) -> st.SearchStrategy[tuple[str, Values]]:
    return st.sampled_from(values).map(lambda value: (slug, {slug: (value,)}))


A_PAGE = st.one_of(
    page("reasons", "depression", "anxiety", "suicidal-ideation", "chronic-pain"),
    page("phq-9-9", "0", "1", "3"),
    page("safety", *Reply),
    *(page(f"screener-{question}", *Reply) for question in Question),
    st.sampled_from(["phq-9-9", "safety", "screener-wish"]).map(lambda slug: (slug, {})),
)
A_STEP = st.tuples(A_PAGE, st.booleans())
"""A page, and whether it comes from a window that was opened before all others."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(A_STEP, max_size=12), send_before_the_last=st.booleans())
async def test_no_walk_through_any_windows_loses_a_risk(
    intake: Intake, steps: list[tuple[tuple[str, Values], bool]], send_before_the_last: bool
):
    """Whoever says it, in whichever order, with or without what stands on other pages: staff have heard of it, and each
    time of something graver."""
    walk = await Walk.begin(intake)
    *steps, last = [*steps, (("name", {"name": ("Ines",)}), False)]
    seen: list[RiskLevel] = []
    for (slug, values), old_window in steps:
        answers = await walk.answers()
        said = await walk.save(slug, values, revision=0 if old_window else None)
        assert isinstance(said, Kept | ChangedElsewhere)
        if level := answers.with_page(slug, values).risk:
            seen.append(level)
    if send_before_the_last:
        await walk.save("contact", {"email": ("ines@example.com",), "consents": ("contact-email-1",)})
        await walk.save("name", {"name": ("Ines",)})
        if not (await walk.answers()).reasons:
            await walk.say(reasons="anxiety")
        await walk.send()
    await walk.save(*last[0])

    request_id = str((await walk.draft()).request_id)
    levels = [RiskLevel(event["level"]) for event in await raised(intake) if event["request_id"] == request_id]
    assert levels[-1:] == sorted(seen, key=GRAVITY.index)[-1:]
    assert all(GRAVITY.index(first) < GRAVITY.index(second) for first, second in pairwise(levels))


@given(st.lists(A_PAGE, max_size=14))
def test_a_sign_is_a_risk_whatever_was_chosen_as_the_reason(pages: list[tuple[str, Values]]):
    answers = Answers()
    for slug, values in pages:
        answers = answers.with_page(slug, values)

    says_so = answers.one("phq-9-9") in ("1", "3") or answers.one("safety") == "yes"
    says_so |= any(reply is Reply.YES for reply in answers.replies.values())
    assert (answers.risk is not None) or not says_so
