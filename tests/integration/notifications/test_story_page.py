"""Messages to one patient, as a part of that patient's story."""

from datetime import timedelta

from shared.events.staff import Role
from tests.conftest import NOON
from tests.integration.notifications.front import Front

HX = {"HX-Request": "true"}


async def test_each_message_is_told_step_by_step_and_names_nobody(front: Front) -> None:
    browser = await front.signed_in("Tessa Beaumont", Role.NURSE)
    journey = await front.office.journey()
    await front.office.hear(journey.requested(), journey.scheduled())
    front.office.stands(journey)
    await front.office.send()

    part = (await browser.get(_messages(journey), params=_since(), headers=HX)).text

    assert "Time of the consultation" in part
    assert "Being sent" in part
    assert "Sent" in part
    assert "Ines" not in part


async def test_a_message_that_is_tried_again_says_why_and_how_often(front: Front) -> None:
    browser = await front.signed_in("Tessa Beaumont", Role.NURSE)
    journey = await front.office.journey()
    await front.office.hear(journey.requested(), journey.scheduled())
    front.office.scheduling.away = True
    await front.office.send()
    front.clock.advance(timedelta(minutes=2))
    await front.office.send()

    part = (await browser.get(_messages(journey), params=_since(), headers=HX)).text

    assert "scheduling did not confirm the time" in part
    assert "2 tries" in part


async def test_nothing_planned_is_said_so(front: Front) -> None:
    browser = await front.signed_in("Tessa Beaumont", Role.NURSE)

    part = (await browser.get(_messages(await front.office.journey()), params=_since(), headers=HX)).text

    assert "No message was planned yet" in part


async def test_the_front_desk_does_not_read_it(front: Front) -> None:
    browser = await front.signed_in()

    answer = await browser.get(_messages(await front.office.journey()), params=_since(), headers=HX)

    assert answer.status_code == 403


def _messages(journey) -> str:
    return f"/staff/inbox/messages/of/{journey.patient_id}"


def _since() -> dict[str, str]:
    return {"since": NOON.isoformat()}
