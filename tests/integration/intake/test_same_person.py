"""Who is perhaps the same person, who decides it, and that nobody outside can tell whether somebody is known."""

import asyncio

import httpx
import pytest

from shared.events.staff import Role
from tests.integration.intake.conftest import INES, INES_TYPED, Intake, words
from tests.integration.intake.decisions import acts, mark, sent
from tests.integration.intake.guided import Walk


async def persons(intake: Intake, request_id) -> str:
    page = words(await intake.page(f"/staff/requests/{request_id}"))
    return page.partition("Perhaps the same person")[2].partition("History")[0]


async def decide(intake: Intake, one, other, *, same: bool, undo: bool = False) -> httpx.Response:
    return await intake.http.post(
        f"/staff/requests/{one}/persons/{other}",
        data={"same": str(same).lower(), "undo": str(undo).lower()},
        headers={"Accept": "text/html"},
    )


async def test_a_shared_contact_with_the_same_name_is_likely_the_same(intake: Intake):
    first = await sent(intake)
    second = await sent(intake, mobile="(303) 555-0142")
    await mark(intake)
    await intake.sign_in()

    shown = await persons(intake, second)

    assert "Likely the same" in shown
    assert "the same email, name" in shown
    assert "Ines Marchetti" in await persons(intake, first)


async def test_a_family_that_shares_a_phone_is_only_perhaps_the_same(intake: Intake):
    await sent(intake)
    child = await sent(intake, name="Nico Marchetti", email="nico@example.com")
    await mark(intake)
    await intake.sign_in()

    shown = await persons(intake, child)

    assert "Perhaps the same" in shown
    assert "Likely" not in shown
    assert "the same phone" in shown


async def test_another_date_of_birth_speaks_against_it(intake: Intake):
    first = (await (await (await Walk.begin(intake)).filled()).send()).request.id
    twin = await (await Walk.begin(intake)).filled()
    await twin.save("born", born="1985-02-01")
    await twin.send()
    await mark(intake)
    await intake.sign_in()

    shown = await persons(intake, first)

    assert "Perhaps the same" in shown
    assert "another date of birth" in shown


async def test_the_same_date_of_birth_makes_it_likely_under_another_name(intake: Intake):
    first = (await (await (await Walk.begin(intake)).filled()).send()).request.id
    married = await (await Walk.begin(intake)).filled()
    await married.save("name", name="Ines Calloway")
    await married.send()
    await mark(intake)
    await intake.sign_in()

    shown = await persons(intake, first)

    assert "Likely the same" in shown
    assert "date of birth" in shown


async def test_a_name_alone_suggests_nothing(intake: Intake):
    await sent(intake)
    namesake = await sent(intake, email="other@example.com", mobile="(303) 555-0142")
    await mark(intake)
    await intake.sign_in()

    assert await persons(intake, namesake) == ""


async def test_a_decision_is_on_record_at_both_and_can_be_taken_back(intake: Intake):
    first, second = await sent(intake), await sent(intake)
    await mark(intake)
    await intake.sign_in(Role.FRONT_DESK)

    assert (await decide(intake, second, first, same=True)).status_code == 303
    assert "The same person" in await persons(intake, first)
    assert "Decided by Rosa Imani" in await persons(intake, first)
    assert (await decide(intake, first, second, same=True, undo=True)).status_code == 303

    assert "Likely the same" in await persons(intake, second)
    for request_id in (first, second):
        assert await acts(intake, request_id) == [("same-person", "front-desk"), ("undecided", "front-desk")]
    patients = await intake.rows("select patient_id from consultation_request")
    assert len({row["patient_id"] for row in patients}) == 2  # never merged


async def test_of_two_who_decide_differently_the_second_sees_what_was_decided(intake: Intake):
    first, second = await sent(intake), await sent(intake)
    await mark(intake)
    await intake.sign_in(Role.NURSE)

    answers = await asyncio.gather(decide(intake, first, second, same=True), decide(intake, second, first, same=False))

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(await acts(intake, first)) == 1


async def test_deciding_the_same_twice_is_one_decision(intake: Intake):
    first, second = await sent(intake), await sent(intake)
    await mark(intake)
    await intake.sign_in()

    answers = [await decide(intake, first, second, same=False) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {303}
    assert await acts(intake, first) == [("other-person", "front-desk")]


async def test_administrators_read_who_decides_it(intake: Intake):
    first, second = await sent(intake), await sent(intake)
    await mark(intake)
    await intake.sign_in(Role.ADMINISTRATOR)

    assert (await decide(intake, first, second, same=True)).status_code == 403
    assert "Deciding this is for a front desk or a nurse or a clinician" in await persons(intake, first)


async def test_somebody_erased_is_recognised_no_more(intake: Intake):
    await sent(intake)
    [patient] = await intake.rows("select id from patient")
    await intake.app.state.keyring.erase(patient["id"])

    assert await mark(intake) == 1

    assert await intake.count("patient_mark") == 0


async def test_marks_wait_for_the_keyring(intake: Intake, monkeypatch: pytest.MonkeyPatch):
    await sent(intake)

    async def away(_ids):
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(intake.app.state.keyring, "ciphers", away)
        patched.setattr(intake.app.state.keyring, "remembered", lambda _ids: {})
        assert await mark(intake) == 0

    assert await mark(intake) == 1
    assert await mark(intake) == 0


def _without_what_is_random(answer: httpx.Response) -> tuple[int, list[str], int]:
    headers = sorted(name for name in answer.headers if name != "date")
    return answer.status_code, headers, len(answer.content)


async def test_the_public_door_answers_alike_whether_somebody_is_known_or_not(intake: Intake):
    """By content. By time: what recognises people is made by a timer, and the door looks nothing up in it."""
    await sent(intake)
    await mark(intake)

    known = await intake.ask(INES)
    unknown = await intake.ask({**INES, "email": "nobody@example.com", "mobile": "(303) 555-0111"})
    assert _without_what_is_random(known) == _without_what_is_random(unknown)

    known = await intake.send_form(typed=INES_TYPED)
    unknown = await intake.send_form(typed={**INES_TYPED, "email": "noone@example.com", "mobile": "(303) 555-0112"})
    assert _without_what_is_random(known) == _without_what_is_random(unknown)
    pages = [words(await intake.page(one.headers["location"])) for one in (known, unknown)]
    assert len({page.partition("Reference")[0] for page in pages}) == 1


async def test_the_public_door_asks_the_marks_nothing(intake: Intake):
    """Not even when the table is locked for everybody."""
    async with intake.database.transaction() as tx:
        await tx.execute("lock table patient_mark in access exclusive mode")

        answer = await asyncio.wait_for(intake.ask(INES), 60)

    assert answer.status_code == 201
