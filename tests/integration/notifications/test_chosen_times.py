"""Whose chosen time was gone, and who has chosen another: one letter that says so, and the way to choose again."""

from datetime import timedelta

import pytest

from services.notifications.domain.message import LINK_GOOD_FOR
from shared.events.values import DecidedBy
from tests.integration.notifications.conftest import TIME, Office

CHOSEN = TIME - timedelta(hours=1)
LINK = f"/a/{'x' * 43}"


@pytest.mark.parametrize(
    ("language", "said", "chosen"),
    [
        ("en", "The time you had chosen was gone", "Thursday, June 18, 8:30 AM, Denver time (MDT)"),
        ("es", "La hora que había elegido ya no estaba libre", "jueves 18 de junio, 8:30 a. m."),
    ],
)
async def test_whose_time_was_gone_is_told_what_is_booked_instead_and_how_to_choose_another(
    office: Office, language: str, said: str, chosen: str
) -> None:
    journey = await office.journey(language=language)
    office.stands(journey)
    office.scheduling.links[journey.request_id] = LINK
    await office.hear(journey.requested(), journey.scheduled(instead_of=CHOSEN))

    await office.send()

    (mail,) = office.sink.messages
    text = mail.text.replace("\xa0", " ").replace("\u202f", " ")
    assert said in " ".join(text.split())
    assert chosen in " ".join(text.split())
    assert f"http://127.0.0.1:8080{LINK}/{language}" in text
    assert "/r/only-hers" not in text
    assert b"METHOD:REQUEST" in mail.attachments[0].content


async def test_where_there_is_nothing_to_change_the_letter_leads_to_the_own_page(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled(instead_of=CHOSEN))

    await office.send()

    (mail,) = office.sink.messages
    assert "http://127.0.0.1:8080/r/only-hers" in mail.text


async def test_whoever_has_chosen_another_time_is_sent_it_as_the_same_entry_with_the_next_sequence(
    office: Office,
) -> None:
    journey = await office.journey()
    office.stands(journey)
    office.scheduling.links[journey.request_id] = LINK
    await office.hear(journey.requested(), journey.scheduled(instead_of=CHOSEN))
    await office.send()
    office.stands(journey, 2)

    await office.hear(journey.scheduled(2, TIME + timedelta(days=1), by=DecidedBy.PATIENT))
    await office.send()

    assert office.subjects() == [
        "Your appointment on Thursday, June 18",
        "Changed: your appointment is on Friday, June 19",
    ]
    first, second = (mail.attachments[0].content.replace(b"\r\n ", b"") for mail in reversed(office.sink.messages))
    uid = f"UID:{journey.appointment_id}@chairside".encode()
    assert uid in first
    assert uid in second
    assert b"SEQUENCE:1" in first
    assert b"SEQUENCE:2" in second


async def test_who_got_no_time_at_all_is_told_kindly_too(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.waitlisted(instead_of=CHOSEN))

    await office.send()

    (mail,) = office.sink.messages
    assert "was gone when your request reached us" in " ".join(mail.text.split())
    assert mail.subject == "You are on our waiting list, Tern Street Clinic"


async def test_who_asks_for_a_new_link_gets_it_once_for_each_time(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    office.scheduling.links[journey.request_id] = LINK
    asks = journey.wants_a_link()

    await office.hear(journey.requested(), asks, asks, journey.scheduled())
    await office.send()

    assert sorted(office.subjects()) == ["Your appointment on Thursday, June 18", "Your new link, Tern Street Clinic"]
    (mail,) = [mail for mail in office.sink.messages if "link" in mail.subject]
    assert f"http://127.0.0.1:8080{LINK}/en" in mail.text


async def test_a_link_waits_while_scheduling_is_silent_and_goes_when_it_is_back(office: Office) -> None:
    journey = await office.journey()
    office.scheduling.links[journey.request_id] = LINK
    office.scheduling.away = True
    await office.hear(journey.requested(), journey.wants_a_link())
    await office.send()
    assert office.subjects() == []

    office.scheduling.away = False
    office.clock.advance(timedelta(minutes=10))
    await office.look_for_scheduling()
    await office.send()

    assert "Your new link, Tern Street Clinic" in office.subjects()


async def test_no_link_goes_for_an_appointment_that_is_none_or_a_day_late(office: Office) -> None:
    journey, late = await office.journey(), await office.journey(email="late@example.com")
    office.scheduling.links[late.request_id] = LINK

    await office.hear(journey.wants_a_link(), late.wants_a_link(office.clock.now() - LINK_GOOD_FOR))
    await office.hear(journey.requested(), late.requested())
    await office.send()

    assert office.subjects() == []


async def test_nor_when_the_request_was_withdrawn(office: Office) -> None:
    journey = await office.journey()
    office.scheduling.links[journey.request_id] = LINK

    await office.hear(journey.requested(), journey.withdrawn(), journey.wants_a_link())
    await office.send()

    assert office.subjects() == []
