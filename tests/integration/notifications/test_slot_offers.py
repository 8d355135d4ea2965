"""A time that is offered to somebody who waits: one letter with its deadline and its link, or none when it is over."""

from datetime import timedelta

import pytest

from services.notifications.use_cases.hear_offers import end_offer_calls
from tests.conftest import NOON
from tests.integration.notifications.conftest import Journey, Office

LINK = f"/a/offer/{'x' * 43}"


async def _offered(office: Office, *, shared: bool = False, **contact: object) -> Journey:
    journey = await office.journey(**contact)
    office.scheduling.links[journey.offer_id] = LINK
    await office.hear(journey.requested(), journey.waitlisted(), journey.offered(shared=shared))
    return journey


def _text(office: Office) -> str:
    """Of the letter about the offer."""
    (mail,) = [mail for mail in office.sink.messages if LINK in mail.text]
    return " ".join(mail.text.replace("\xa0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize(
    ("language", "until", "when"),
    [
        ("en", "until Monday, June 15, 2:00 PM, Denver time (MDT)", "Thursday, June 18, 9:30 AM, Denver time (MDT)"),
        ("es", "hasta el lunes 15 de junio, 2:00 p. m., hora de Denver (MDT)", "jueves 18 de junio, 9:30 a. m."),
    ],
)
async def test_it_says_the_time_the_deadline_and_the_way_to_answer(
    office: Office, language: str, until: str, when: str
) -> None:
    await _offered(office, language=language)

    await office.send()

    text = _text(office)
    assert until in text
    assert when in text
    assert f"http://127.0.0.1:8080{LINK}/{language}" in text
    assert "Subject: A time has become free" not in text


async def test_who_is_one_of_several_is_told_so(office: Office) -> None:
    await _offered(office, shared=True)

    await office.send()

    assert "if nobody else is faster" in _text(office)


async def test_no_letter_goes_about_an_offer_that_is_over(office: Office) -> None:
    """Scheduling gives no link for it."""
    journey = await _offered(office)
    del office.scheduling.links[journey.offer_id]

    await office.send()

    assert (await office.messages())["slot-offered", 0] == ("cancelled", "no-longer-true")


async def test_none_goes_once_a_time_is_booked(office: Office) -> None:
    journey = await _offered(office)
    office.stands(journey)

    await office.hear(journey.scheduled(1, version=2))
    await office.send()

    assert (await office.messages())["slot-offered", 0] == ("cancelled", "no-longer-true")


async def test_none_goes_to_who_has_withdrawn(office: Office) -> None:
    journey = await _offered(office)

    await office.hear(journey.withdrawn())

    assert (await office.messages())["slot-offered", 0] == ("cancelled", "no-longer-true")


async def test_it_waits_while_scheduling_is_silent_and_ends_with_its_deadline(office: Office) -> None:
    await _offered(office)
    office.scheduling.away = True
    await office.send()
    assert (await office.messages())["slot-offered", 0] == ("retrying", "scheduling-silent")

    office.clock.advance(timedelta(hours=2))
    await office.send()

    assert (await office.messages())["slot-offered", 0] == ("expired", "too-late")
    assert await office.items() == ["request"]


async def test_whom_no_letter_reaches_staff_phone_until_the_deadline(office: Office) -> None:
    await _offered(office, email=None)
    await office.send()
    assert "phone" in await office.items()

    office.clock.advance(timedelta(hours=2))
    await end_offer_calls(office.database)

    phone = await office.fetch("select state from inbox_item where kind = 'phone' and message_id is not null")
    waitlisted, offer = sorted(row["state"] for row in phone)
    assert (waitlisted, offer) == ("open", "resolved")


async def test_nobody_phones_about_an_offer_that_was_answered(office: Office) -> None:
    journey = await _offered(office, email=None)
    await office.send()

    await office.hear(journey.scheduled(1, version=2))

    rows = await office.fetch(
        "select item.state from inbox_item item join message on message.id = message_id where message.kind = 'slot-offered'"
    )
    assert [row["state"] for row in rows] == ["resolved"]


async def test_the_confirmation_of_what_was_accepted_is_no_word_of_a_change(office: Office) -> None:
    journey = await _offered(office)
    office.stands(journey)

    await office.hear(journey.scheduled(1, version=2, by="patient"))
    await office.send()

    assert "Your appointment on Thursday, June 18" in office.subjects()


async def test_it_is_heard_again_without_a_second_letter(office: Office) -> None:
    journey = await _offered(office)

    await office.hear(journey.offered(), journey.offered(NOON + timedelta(hours=3)))
    await office.send()

    assert _text(office)
