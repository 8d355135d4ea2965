"""Whom the clinic gives another time than the one they were told: a letter that says that the earlier one is gone."""

from datetime import datetime, timedelta

import pytest

from shared.events.values import DecidedBy
from tests.integration.notifications.conftest import TIME, Journey, Office, Said

NEXT_DAY = TIME + timedelta(days=1)


def consultation(journey: Journey, revision: int, at: datetime) -> Said:
    return journey.scheduled(revision, at, by=DecidedBy.STAFF)


def session(journey: Journey, revision: int, at: datetime) -> Said:
    return journey.session_scheduled(revision, at)


async def told(office: Office, journey: Journey, said: Said, revision: int) -> None:
    office.stands(journey, revision)
    await office.hear(said)
    await office.send()


@pytest.mark.parametrize("booked", [consultation, session])
@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        (
            "en",
            "Changed: your appointment is on Friday, June 19",
            "Your appointment has another time now: we have changed it. The time we told you before is not yours any more.",
        ),
        (
            "es",
            "Cambio: su cita es el viernes 19 de junio",
            "Su cita tiene ahora otra hora: la hemos cambiado. La hora que le dijimos antes ya no es suya.",
        ),
    ],
)
async def test_whoever_was_told_a_time_reads_that_it_is_another_now(
    office: Office, booked, language: str, subject: str, said: str
) -> None:
    journey = await office.journey(language=language)
    await office.hear(journey.requested())
    await told(office, journey, booked(journey, 1, TIME), 1)

    await told(office, journey, booked(journey, 2, NEXT_DAY), 2)

    mail = office.sink.messages[0]
    assert mail.subject == subject
    assert said in " ".join(mail.text.split())


@pytest.mark.parametrize("booked", [consultation, session])
async def test_a_time_that_was_said_to_stay_was_told_although_its_confirmation_never_went(
    office: Office, booked
) -> None:
    """It was waiting while the question stood."""
    journey, of_session = await office.journey(), booked is session
    office.scheduling.links[journey.offer_id] = f"/a/move/{'x' * 43}"
    office.stands(journey, cannot_be_kept=True)
    await office.hear(journey.requested(), booked(journey, 1, TIME), journey.proposed(session=of_session))
    await office.send()
    await told(office, journey, journey.time_stays(session=of_session), 1)

    await told(office, journey, booked(journey, 2, NEXT_DAY), 2)

    assert office.subjects()[1:] == [
        "Your appointment stays as it was, Tern Street Clinic",
        "Changed: your appointment is on Friday, June 19",
    ]


@pytest.mark.parametrize("booked", [consultation, session])
async def test_whoever_was_told_no_time_reads_that_it_is_booked(office: Office, booked) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), booked(journey, 1, TIME))

    await told(office, journey, booked(journey, 2, NEXT_DAY), 2)

    assert office.subjects() == ["Your appointment on Friday, June 19"]


@pytest.mark.parametrize("booked", [consultation, session])
async def test_where_the_time_stays_none_is_called_gone(office: Office, booked) -> None:
    """It has another clinician."""
    journey = await office.journey()
    await office.hear(journey.requested())
    await told(office, journey, booked(journey, 1, TIME), 1)
    await told(office, journey, booked(journey, 2, NEXT_DAY), 2)

    await told(office, journey, booked(journey, 3, NEXT_DAY), 3)

    assert office.sink.messages[0].subject == "Your appointment on Friday, June 19"


async def test_a_time_that_the_patient_chose_keeps_its_own_words(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested())
    await told(office, journey, journey.scheduled(), 1)

    await told(office, journey, journey.scheduled(2, NEXT_DAY, by=DecidedBy.PATIENT), 2)

    assert "Your appointment has the time you chose now." in office.sink.messages[0].text
