"""Accepting, declining and withdrawing: who may, in which order, and of two at once."""

import asyncio
from itertools import pairwise, permutations

import asyncpg
import pytest

from services.intake.domain.screening import Outcome
from services.intake.domain.staff_actions import MAY, accepting
from services.notifications.domain.message import declined_with
from shared.events.staff import Role
from shared.events.values import DeclineLetter
from tests.integration.intake.asked import answer, ask, link
from tests.integration.intake.conftest import Intake, words
from tests.integration.intake.decisions import (
    acts,
    as_clinician,
    held,
    newest,
    press,
    row_of,
    screened,
    sent,
    topics,
)

STOP = {"allergy": "yes"}


async def test_the_front_desk_accepts_what_screening_left_nothing_to_decide_about(intake: Intake):
    request_id = await held(intake)
    await intake.sign_in(Role.FRONT_DESK)

    assert (await press(intake, request_id, "clear")).status_code == 303

    assert (await topics(intake))[-1] == "consultation-cleared"
    assert await acts(intake, request_id) == [("accepted", "front-desk")]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.ADMINISTRATOR])
async def test_nobody_but_who_prescribes_accepts_over_a_stop(intake: Intake, role: Role):
    request_id = await screened(intake, **STOP)
    await intake.sign_in(role)

    refused = await press(intake, request_id, "clear", why="It will be fine.")

    assert refused.status_code == 403
    assert (await row_of(intake, request_id))["disposition"] == "await"
    page = words(await intake.page(f"/staff/requests/{request_id}"))
    assert "screening says stop" in page
    assert "Your role does not include this. A clinician opens this page and decides" in page


async def test_a_stop_is_overridden_with_role_and_reason_and_the_reason_is_sealed(intake: Intake):
    request_id = await screened(intake, **STOP)
    await as_clinician(intake)

    assert (await press(intake, request_id, "clear", why="  ")).status_code == 422
    assert (await press(intake, request_id, "clear", why="Rash in 2009, tested since.")).status_code == 303

    assert await acts(intake, request_id) == [("overridden", "clinician")]
    [act] = await intake.rows("select note from request_act")
    assert b"Rash" not in act["note"]
    page = words(await intake.page(f"/staff/requests/{request_id}"))
    assert "Accepted it although screening says stop" in page
    assert "Rash in 2009, tested since." in page
    assert (await topics(intake))[-1] == "consultation-cleared"


async def test_what_a_clinician_decides_needs_no_written_reason(intake: Intake):
    request_id = await screened(intake)
    await intake.sign_in(Role.FRONT_DESK)
    assert (await press(intake, request_id, "clear")).status_code == 403

    await as_clinician(intake)
    assert (await press(intake, request_id, "clear")).status_code == 303

    assert await acts(intake, request_id) == [("decided", "clinician")]


async def test_who_lost_the_key_decides_nothing_by_guessing(intake: Intake):
    request_id = await screened(intake)
    await intake.app.state.keyring.erase((await row_of(intake, request_id))["patient_id"])
    await intake.sign_in(Role.FRONT_DESK)
    assert (await press(intake, request_id, "clear")).status_code == 403
    await as_clinician(intake)

    refused = await press(intake, request_id, "clear", why="I think it was fine.")

    assert refused.status_code == 422
    assert (await row_of(intake, request_id))["disposition"] == "await"
    assert "what screening found cannot be read" in words(refused.text)


async def test_a_no_is_kept_with_its_reason_and_said_without_one(intake: Intake):
    request_id = await sent(intake)
    clinician = await as_clinician(intake)
    page = await intake.page(f"/staff/requests/{request_id}/decline")
    assert "None names a treatment" in words(page)
    assert "/staff/inbox/letters/consultation-declined?language=en" in page

    answer = await press(intake, request_id, "decline", because="other-care", letter="not-now", note="Needs a ward.")

    assert answer.status_code == 303
    topic, event = (await intake.said())[-1]
    assert (topic, event["by"], event["letter"]) == ("consultation-declined", "staff", "not-now")
    assert "other-care" not in str(event)
    assert (await row_of(intake, request_id))["declined_by"] == clinician
    page = words(await intake.page(f"/staff/requests/{request_id}"))
    assert "Declined it: other care fits better. Letter: not suitable now" in page
    assert "Needs a ward." in page


async def test_a_no_must_say_why_for_the_record(intake: Intake):
    request_id = await sent(intake)
    await as_clinician(intake)

    answer = await press(intake, request_id, "decline", note="Typed already.")

    assert answer.status_code == 422
    assert "Choose why" in words(answer.text)
    assert "Typed already." in answer.text
    assert "consultation-declined" not in await topics(intake)


async def test_a_letter_that_there_is_none_of_goes_to_nobody(intake: Intake):
    request_id = await sent(intake)
    await as_clinician(intake)

    answer = await press(intake, request_id, "decline", because="other-care", letter="unkind")

    assert answer.status_code == 422
    assert "Choose a letter" in words(answer.text)
    assert "consultation-declined" not in await topics(intake)


@pytest.mark.parametrize("letter", DeclineLetter)
async def test_every_letter_can_be_read_before_it_goes(intake: Intake, letter: DeclineLetter):
    request_id = await sent(intake)
    await as_clinician(intake)

    page = await intake.page(f"/staff/requests/{request_id}/decline")

    assert f"/staff/inbox/letters/{declined_with(letter)}?language=en" in page


async def test_the_front_desk_does_not_decline_and_reads_who_does(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in(Role.FRONT_DESK)

    assert (await press(intake, request_id, "decline", because="not-suitable")).status_code == 403
    assert "Declining is for a clinician to decide." in words(await intake.page(f"/staff/requests/{request_id}"))


async def test_a_patient_reads_a_kind_no_on_their_own_page(intake: Intake):
    token = await intake.submitted()
    request_id = (await newest(intake))["id"]
    await as_clinician(intake)
    await press(intake, request_id, "decline", because="not-suitable")

    page = words(await intake.page(f"/r/{token}"))

    assert "We cannot offer you an appointment here" in page
    assert "suitable" not in page.lower().replace("something else may suit", "")
    assert (await intake.http.get(f"/api/consultation-requests/{token}")).json()["state"] == "declined"


async def test_pressing_twice_does_it_once(intake: Intake):
    first, second = await held(intake), await sent(intake, name="Somebody Else")
    await as_clinician(intake)

    for _ in range(2):
        assert (await press(intake, first, "clear")).status_code == 303
        assert (await press(intake, second, "decline", because="not-offered")).status_code == 303

    assert [len(await acts(intake, one)) for one in (first, second)] == [1, 1]
    said = await topics(intake)
    assert (said.count("consultation-cleared"), said.count("consultation-declined")) == (1, 1)


ACTIONS = {
    "clear": {},
    "decline": {"because": "not-suitable"},
    "withdraw": {},
}
EVENTS = {"clear": "consultation-cleared", "decline": "consultation-declined", "withdraw": "consultation-withdrawn"}


@pytest.mark.parametrize("order", list(permutations(ACTIONS)), ids="-".join)
async def test_on_one_page_only_the_first_of_three_is_done(intake: Intake, order):
    """All three decided by what the page said at the beginning. The first is done; whoever comes later reads about it."""
    request_id = await held(intake)
    await as_clinician(intake)

    answers = [await press(intake, request_id, action, **ACTIONS[action]) for action in order]

    assert answers[0].status_code == 303
    later = [event for event in await topics(intake) if event in EVENTS.values()]
    assert later == [EVENTS[order[0]]]
    for action, late in zip(order[1:], answers[1:], strict=True):
        # Withdrawing what is over already is what was wanted; anything else was overtaken.
        overtaken = not (action == "withdraw" and order[0] == "decline")
        assert late.status_code == (409 if overtaken else 303), action
        assert "Somebody was faster" in words(late.text) or not overtaken


@pytest.mark.parametrize("order", list(permutations(ACTIONS)), ids="-".join)
async def test_in_whatever_order_the_end_stands_and_versions_rise_by_one(intake: Intake, order):
    """Each decided by what is true then."""
    request_id = await held(intake)
    await as_clinician(intake)

    for action in order:
        seen = (await row_of(intake, request_id))["version"]
        await press(intake, request_id, action, seen=seen, **ACTIONS[action])

    row = await row_of(intake, request_id)
    ended = next(action for action in order if action != "clear")
    assert (row["declined_at"] is not None, row["withdrawn_at"] is not None) == (
        ended == "decline",
        ended == "withdraw",
    )
    assert len(await topics(intake)) == row["version"]
    assert len(await acts(intake, request_id)) == row["version"] - 1


async def test_nobody_accepts_past_an_answer_that_they_have_not_seen(intake: Intake):
    request_id = await held(intake)
    await intake.sign_in(Role.FRONT_DESK)
    await ask(intake, request_id)
    await answer(intake, await link(intake), medicines="None any more")

    late = await press(intake, request_id, "clear", seen=2)

    assert late.status_code == 409
    assert "None any more" in words(late.text)
    assert (await row_of(intake, request_id))["disposition"] == "await"


@pytest.mark.parametrize("other", ["decline", "withdraw"])
async def test_of_two_staff_at_once_one_decides_and_the_other_sees_it(intake: Intake, other: str):
    request_id = await held(intake)
    await as_clinician(intake)

    answers = await asyncio.gather(
        press(intake, request_id, "clear"), press(intake, request_id, other, **ACTIONS[other])
    )

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(await acts(intake, request_id)) == 1
    [late] = [answer for answer in answers if answer.status_code == 409]
    assert "nothing of yours was done" in words(late.text)


async def test_ten_at_once_accept_it_once(intake: Intake):
    request_id = await held(intake)
    await intake.sign_in(Role.FRONT_DESK)

    answers = await asyncio.gather(*(press(intake, request_id, "clear") for _ in range(10)))

    assert {answer.status_code for answer in answers} == {303}
    assert len(await acts(intake, request_id)) == 1
    assert (await topics(intake)).count("consultation-cleared") == 1


@pytest.mark.parametrize("wish", ["update request_act set staff_name = 'Nobody'", "delete from request_act"])
async def test_what_was_done_is_only_added_to(intake: Intake, wish: str):
    request_id = await held(intake)
    await intake.sign_in(Role.FRONT_DESK)
    await press(intake, request_id, "clear")

    with pytest.raises(asyncpg.RestrictViolationError):
        async with intake.database.transaction() as tx:
            await tx.execute(wish)


async def test_the_patients_own_withdrawal_is_on_record_too(intake: Intake):
    token = await intake.submitted()
    request_id = (await newest(intake))["id"]
    await intake.http.post(f"/r/{token}/withdraw")
    await intake.sign_in()

    assert await acts(intake, request_id) == [("withdrawn", None)]
    assert "Withdrew it Mon, Jun 15, 12:00, Patient" in words(await intake.page(f"/staff/requests/{request_id}"))


def test_the_graver_the_finding_the_fewer_may_accept():
    allowed = [set(MAY[accepting(outcome)]) for outcome in Outcome]

    assert all(later <= earlier for earlier, later in pairwise(allowed))
    assert MAY[accepting(Outcome.HARD_STOP)] == (Role.CLINICIAN,)
