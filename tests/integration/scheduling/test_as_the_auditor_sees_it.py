"""What staff and programs do without an event, and times that are held for whatever reason, are nothing that the auditor
has against anybody; and what is missing behind them is."""

from datetime import timedelta

import asyncpg
import pytest

from operations.auditing import acknowledged, bookings
from shared.events.staff import Role
from tests.integration.scheduling.desk import HOLD_RULES
from tests.integration.scheduling.front import SITE, VOSS
from tests.integration.scheduling.test_asked_moves import ask
from tests.integration.scheduling.test_clinic_pages import change, strand
from tests.integration.scheduling.test_fhir_api import does, offered
from tests.integration.scheduling.test_slot_offers import ONE_TIME, waiting

SECOND = timedelta(seconds=1)
ANSWERED = "a kept answer was given for something that was said or done in the same breath"
HELD = "an appointment that stands has its resources"
EVIDENCE = """
    create temporary view said as select 'scheduling' as service, event_id, recorded_at from scheduling.outbox;
    create temporary view idempotency as select 'scheduling' as service, * from scheduling.idempotency
"""
CHECKS = (next(one for one in acknowledged.CHECKS if one.query == acknowledged.ANSWERS), *bookings.CHECKS)


async def audit(desk, by_hand="select"):
    """How many kept answers were looked at, and which sentences are violated."""
    owner = await asyncpg.connect(desk.dsn)
    try:
        await owner.execute(by_hand)
        await owner.execute(EVIDENCE)
        found = [await check.find(owner) for check in CHECKS]
    finally:
        await owner.close()
    return found[0].checked, [finding.words.split(",")[0] for finding in found if finding.violated]


async def presses(front, path, key, **body):
    """Each at an instant of its own."""
    front.desk.clock.advance(SECOND)
    headers = {"Origin": SITE, "Idempotency-Key": key}
    answer = await front.http.post(f"/api/appointments{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


async def books(front):
    wanted = {"clinician_id": str(VOSS.id), "starts_at": front.desk.monday_at(10).isoformat()}
    asked = await front.asks()
    return await presses(front, "", "visit-booked", patient_id=str(asked.patient_id), **wanted)


async def goes_through_a_visit(front):
    """It is booked, and six things are done that are said to nobody."""
    one = await books(front)
    front.desk.clock.advance(timedelta(days=7))
    front.renew()
    for number, act in enumerate(("arrival", "arrival-taken-back", "arrival", "begin", "begin-taken-back", "begin")):
        one = await presses(front, f"/{one['id']}/{act}", f"visit-{number}-{act}", version=one["version"])
    return one


@pytest.fixture
async def asked(bare_desk):
    """Somebody waits, and a time is held for their answer."""
    await bare_desk.set_up(ONE_TIME)
    await bare_desk.asks_around()
    (one,) = await waiting(bare_desk, 1)
    await bare_desk.review()
    return one


async def staff_keep_a_time(front, key=None):
    first, *_ = await offered(front, await front.desk.patient())
    await does(front, "hold", key=key, appointment_reference=f"Appointment/{first['id']}")


async def test_each_answer_to_a_press_has_its_act(front):
    await goes_through_a_visit(front)

    assert await audit(front.desk) == (7, [])


async def test_a_press_whose_act_is_missing_is_found(front):
    await goes_through_a_visit(front)

    _, violated = await audit(front.desk, "delete from scheduling.appointment_act where act = 'arrival-taken-back'")

    assert violated == [ANSWERED]


async def test_what_was_said_is_not_made_up_for_by_an_act(front):
    one = await books(front)
    await presses(front, f"/{one['id']}/cancellation", "visit-off", version=one["version"], reason="patient-asked")

    _, violated = await audit(front.desk, "delete from scheduling.outbox_waiting where topic = 'session-cancelled'")

    assert violated == [ANSWERED]


async def test_a_press_that_found_it_done_leaves_no_answer(front):
    one = await goes_through_a_visit(front)

    again = await presses(front, f"/{one['id']}/begin", "visit-begun-by-another", version=1)

    assert again == one
    assert await audit(front.desk) == (7, [])


async def test_the_answer_to_a_change_of_the_clinic_has_its_place_in_the_history(front):
    await front.becomes(Role.ADMINISTRATOR)
    front.desk.clock.advance(SECOND)
    await change(front, "hours", {"day-5": "08:00-12:00"})

    assert await audit(front.desk) == (1, [])
    assert await audit(front.desk, "delete from scheduling.clinic_change where version > 1") == (1, [ANSWERED])


async def test_a_time_that_staff_keep_leaves_no_answer_that_outlives_it(front):
    for _ in range(2):
        await staff_keep_a_time(front, "kept-by-a-program")

    front.desk.clock.advance(HOLD_RULES.length)
    await front.desk.timers()

    assert await front.desk.held() == 0
    assert await audit(front.desk) == (0, [])


async def test_a_time_that_staff_keep_is_held_for_somebody(front):
    await staff_keep_a_time(front)

    assert await front.desk.held() == 1
    assert await audit(front.desk) == (0, [])


async def test_a_time_that_nobody_keeps_is_found(front):
    await staff_keep_a_time(front)

    assert await audit(front.desk, "update scheduling.appointment set booked_by = null") == (0, [HELD])


async def test_a_time_behind_an_offer_is_held_for_who_is_asked(bare_desk, asked):
    assert (await bare_desk.offer_to(asked))["starts_at"] == bare_desk.monday_at(8)
    assert await bare_desk.held() == 1
    assert await audit(bare_desk) == (0, [])


async def test_a_time_behind_a_question_about_a_move_is_held_for_who_is_asked(front):
    await front.becomes(Role.FRONT_DESK, Role.ADMINISTRATOR)
    await strand(front, "Ines Marchetti")
    await ask(front)

    assert await front.desk.held() == 1
    assert (await audit(front.desk))[1] == []


@pytest.mark.parametrize(
    "by_hand",
    [
        "delete from scheduling.slot_offer_link; delete from scheduling.slot_offer",
        "update scheduling.slot_offer set starts_at = starts_at - interval '15 minutes'",
        "update scheduling.slot_offer set state = 'declined', answered_at = now()",
        "update scheduling.slot_offer set state = 'declined', answered_at = now();"
        "update scheduling.appointment set booked_by = gen_random_uuid() where state = 'held'",
    ],
    ids=["no offer", "an offer of another time", "an offer that was declined", "one by hand that was declined"],
)
@pytest.mark.usefixtures("asked")
async def test_a_time_for_which_nobody_is_asked_any_more_is_found(bare_desk, by_hand):
    ends_later = "update scheduling.appointment set held_until = now() + interval '1 hour' where state = 'held';"

    assert await audit(bare_desk, ends_later + by_hand) == (0, [HELD])


@pytest.mark.usefixtures("asked")
async def test_a_time_whose_offer_has_just_lapsed_ends_by_itself(bare_desk):
    lapsed = "update scheduling.slot_offer set state = 'lapsed', answered_at = answer_by"

    assert await audit(bare_desk, lapsed) == (0, [])
