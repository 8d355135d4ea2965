"""The letter that promises a time asks whether the patient comes, unless they have said so already."""

import pytest

from services.notifications.domain.message import MessageState
from tests.integration.notifications.conftest import Journey, Office

LINK = f"/a/coming/{'x' * 43}"


async def _promised(office: Office, *, session: bool = False, **contact: object) -> Journey:
    journey = await office.journey(**contact)
    office.stands(journey)
    for appointment in (journey.appointment_id, journey.session_appointment_id):
        office.scheduling.attendance_links[appointment, 1] = LINK
    await office.hear(journey.requested(), journey.session_scheduled() if session else journey.scheduled())
    return journey


def _text(office: Office) -> str:
    (mail,) = office.sink.messages
    return mail.text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("language", "session", "words"),
    [
        ("en", False, "Say that you are coming, or choose another time"),
        ("es", False, "Decir que viene, o elegir otra hora"),
        ("en", True, "Say that you are coming"),
        ("es", True, "Decir que viene"),
    ],
)
async def test_it_leads_to_where_one_says_that_one_comes(
    office: Office, language: str, session: bool, words: str
) -> None:
    await _promised(office, session=session, language=language)

    await office.send()

    assert f"{words}:\nhttp://127.0.0.1:8080{LINK}/{language}\n" in _text(office)
    assert ("/r/only-hers" in _text(office)) is not session  # their own page stays one press away


async def test_without_a_link_it_goes_all_the_same(office: Office) -> None:
    journey = await _promised(office)
    office.scheduling.away_for_links = True

    await office.send()

    assert "/r/only-hers" in _text(office)
    assert LINK not in _text(office)
    assert (await office.messages())["consultation-scheduled", 1] == (MessageState.SENT, None), journey


@pytest.mark.parametrize("session", [False, True])
async def test_who_has_said_that_they_come_is_not_asked(office: Office, session: bool) -> None:
    journey = await _promised(office, session=session)
    await office.hear(*[journey.comes(has_escort=True if session else None)] * 2)

    await office.send()

    assert LINK not in _text(office)


async def test_after_a_move_they_are_asked_anew(office: Office) -> None:
    journey = await _promised(office)
    await office.hear(journey.comes(1), journey.scheduled(2))
    office.stands(journey, 2)
    office.scheduling.attendance_links[journey.appointment_id, 2] = LINK

    await office.send()

    assert LINK in _text(office)


async def test_to_come_calls_nobody_in_the_inbox(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.comes(has_escort=False))

    assert await office.fetch("select 1 from inbox_item") == []
