"""A booked time cannot be kept, and another is proposed: one letter with deadline and link while the question stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from operations.embedded.mail_sink import Fault
from services.notifications.use_cases.hear_offers import end_offer_calls
from services.notifications.use_cases.outside import Mail
from shared.ids import uuid7
from tests.integration.notifications.conftest import Journey, Office

LINK = f"/a/move/{'x' * 43}"


async def _proposed(office: Office, *, session: bool = False, **contact: object) -> Journey:
    journey = await office.journey(**contact)
    office.scheduling.links[journey.offer_id] = LINK
    office.stands(journey)
    booked = journey.session_scheduled() if session else journey.scheduled(1)
    await office.hear(journey.requested(), booked)
    await office.send()
    await office.hear(journey.proposed(session=session))
    return journey


def _text(office: Office) -> str:
    """Of the letter that asks."""
    (mail,) = [mail for mail in office.sink.messages if LINK in mail.text]
    return " ".join(mail.text.replace("\xa0", " ").replace("\u202f", " ").split())


async def _calls(office: Office, kind: str = "move-proposed") -> list[str]:
    rows = await office.fetch(
        """
        select item.state
          from inbox_item as item join message on message.id = message_id
         where message.kind = $1
        """,
        kind,
    )
    return [row["state"] for row in rows]


@pytest.mark.parametrize(
    ("language", "was", "until", "now"),
    [
        (
            "en",
            "your appointment on Thursday, June 18, 9:30 AM, Denver time (MDT) cannot take place",
            "until Monday, June 15, 2:00 PM, Denver time (MDT)",
            "Thursday, June 18, 11:30 AM, Denver time (MDT)",
        ),
        (
            "es",
            "su cita del jueves 18 de junio, 9:30 a. m., hora de Denver (MDT) no puede tener lugar",
            "hasta el lunes 15 de junio, 2:00 p. m., hora de Denver (MDT)",
            "jueves 18 de junio, 11:30 a. m.",
        ),
    ],
)
async def test_it_says_both_times_the_deadline_and_the_way_to_answer(
    office: Office, language: str, was: str, until: str, now: str
) -> None:
    await _proposed(office, language=language)

    await office.send()

    text = _text(office)
    assert was in text
    assert until in text
    assert now in text
    assert f"http://127.0.0.1:8080{LINK}/{language}" in text


async def test_a_session_is_asked_about_as_well(office: Office) -> None:
    await _proposed(office, session=True)

    await office.send()

    assert "cannot take place at that time" in _text(office)


@pytest.mark.parametrize("session", [False, True])
async def test_none_goes_once_the_appointment_has_another_time(office: Office, session: bool) -> None:
    journey = await _proposed(office, session=session)

    await office.hear(journey.session_scheduled(2) if session else journey.scheduled(2, version=2))

    assert (await office.messages())["move-proposed", 1] == ("cancelled", "no-longer-true")


async def test_none_goes_about_a_question_that_is_over(office: Office) -> None:
    """Scheduling gives no link for it."""
    journey = await _proposed(office)
    del office.scheduling.links[journey.offer_id]

    await office.send()

    assert (await office.messages())["move-proposed", 1] == ("cancelled", "no-longer-true")


async def test_it_is_heard_before_the_booking_and_ends_the_same(office: Office) -> None:
    journey = await office.journey()
    office.scheduling.links[journey.offer_id] = LINK
    office.stands(journey)

    await office.hear(journey.proposed(), journey.requested(), journey.scheduled(1))
    await office.send()

    assert (await office.messages())["move-proposed", 1][0] == "sent"


async def test_whom_no_letter_reaches_staff_phone_until_the_deadline(office: Office) -> None:
    await _proposed(office, email=None)
    await office.send()
    assert await _calls(office) == ["open"]

    office.clock.advance(timedelta(hours=2))
    await end_offer_calls(office.database)

    assert await _calls(office) == ["resolved"]


async def test_nobody_phones_about_what_was_answered(office: Office) -> None:
    journey = await _proposed(office, email=None, session=True)
    await office.send()

    await office.hear(journey.session_scheduled(2))

    assert await _calls(office) == ["resolved"]


@pytest.mark.parametrize(
    ("language", "opening", "when"),
    [
        ("en", "it can take place at its own time after all", "Thursday, June 18, 9:30 AM, Denver time (MDT)"),
        ("es", "al final puede tener lugar a su hora", "jueves 18 de junio, 9:30 a. m., hora de Denver (MDT)"),
    ],
)
@pytest.mark.parametrize("session", [False, True])
async def test_whose_time_stays_after_all_is_told_once(
    office: Office, session: bool, language: str, opening: str, when: str
) -> None:
    journey = await _proposed(office, session=session, language=language)
    await office.send()
    del office.scheduling.links[journey.offer_id]

    await office.hear(journey.time_stays(session=session), journey.time_stays(session=session))
    await office.send()

    (mail,) = [mail for mail in office.sink.messages if opening in " ".join(mail.text.split())]
    assert when in " ".join(mail.text.replace("\xa0", " ").replace("\u202f", " ").split())


async def test_a_question_that_has_not_gone_out_goes_no_more_once_the_time_stays(office: Office) -> None:
    journey = await _proposed(office)

    await office.hear(journey.time_stays())

    assert (await office.messages())["move-proposed", 1] == ("cancelled", "no-longer-true")


def _says_that_it_stays(office: Office) -> int:
    """How many letters say so."""
    return sum("at its own time after all" in " ".join(mail.text.split()) for mail in office.sink.messages)


@pytest.mark.parametrize("session", [False, True])
async def test_whoever_was_not_asked_yet_is_not_told_that_it_stays(office: Office, session: bool) -> None:
    journey = await _proposed(office, session=session)

    await office.hear(journey.time_stays(session=session))
    await office.send()

    assert _says_that_it_stays(office) == 0
    assert (await office.messages())["time-stays", 1] == ("suppressed", "never-asked")


async def _stays_after_a_question_that_met(office: Office, fault: Fault) -> None:
    journey = await _proposed(office)
    office.sink.fault = fault
    await office.send()
    office.sink.fault = Fault.NONE
    await office.hear(journey.time_stays())
    office.clock.advance(timedelta(minutes=1))
    await office.send()


async def test_nor_whom_the_question_could_not_reach_for_want_of_a_mail_server(office: Office) -> None:
    await _stays_after_a_question_that_met(office, Fault.LATER)

    assert len(office.sink.messages) == 1  # the confirmation
    assert await _calls(office) == []


async def test_nor_is_anybody_phoned_about_it_who_was_not_asked(office: Office) -> None:
    journey = await _proposed(office, email=None)

    await office.hear(journey.time_stays())
    await office.send()

    assert await _calls(office) == await _calls(office, "time-stays") == []


async def test_it_is_told_when_the_question_may_have_arrived(office: Office) -> None:
    """The line broke after the mail server had it."""
    await _stays_after_a_question_that_met(office, Fault.DROP)

    assert _says_that_it_stays(office) == 1


async def test_it_is_told_when_the_question_is_just_going_out(office: Office) -> None:
    journey = await _proposed(office)
    send = office.sender.mail_server.send

    async def taken_back_meanwhile(mail: Mail) -> None:
        office.sender.mail_server.send = send
        await office.hear(journey.time_stays())
        await send(mail)

    office.sender.mail_server.send = taken_back_meanwhile
    await office.send()

    assert _says_that_it_stays(office) == 1


async def test_whoever_was_asked_before_is_told_also_when_the_last_question_never_went(office: Office) -> None:
    journey = await _proposed(office)
    await office.send()
    again = replace(journey, offer_id=uuid7())

    await office.hear(again.proposed(), again.time_stays())
    await office.send()

    assert _says_that_it_stays(office) == 1


async def test_whoever_was_told_that_it_stays_is_not_told_again_about_a_question_that_never_went(
    office: Office,
) -> None:
    journey = await _proposed(office)
    await office.send()
    await office.hear(journey.time_stays())
    await office.send()
    again = replace(journey, offer_id=uuid7())
    office.clock.advance(timedelta(minutes=1))

    await office.hear(again.proposed(), again.time_stays())
    await office.send()

    assert _says_that_it_stays(office) == 1


async def test_nobody_phones_about_a_question_that_was_taken_back_but_that_the_time_stays(office: Office) -> None:
    journey = await _proposed(office, email=None, session=True)
    await office.send()

    await office.hear(journey.time_stays(session=True))
    await office.send()

    assert await _calls(office) == ["resolved"]
    assert await _calls(office, "time-stays") == ["open"]


@pytest.mark.parametrize("session", [False, True])
async def test_that_it_stays_is_told_nobody_whose_appointment_has_moved_since(office: Office, session: bool) -> None:
    journey = await _proposed(office, session=session)
    await office.hear(journey.time_stays(session=session))

    await office.hear(journey.session_scheduled(2) if session else journey.scheduled(2, version=2))

    assert (await office.messages())["time-stays", 1] == ("cancelled", "no-longer-true")
