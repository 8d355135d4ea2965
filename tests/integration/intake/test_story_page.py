"""What happened to a request, as clinical staff read it: intake's own part, and the places of the others."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from services.intake.reactions import consultation_scheduled
from shared.events.staff import Role
from shared.ids import uuid7
from shared.messaging.story import heard_of
from tests.conftest import NOON
from tests.integration.intake.conftest import Intake, words

HX = {"HX-Request": "true"}
(REACTION,) = consultation_scheduled.reactions


@pytest.fixture
async def request_id(intake: Intake) -> UUID:
    await intake.submitted()
    (row,) = await intake.rows("select id from consultation_request")
    return row["id"]


def _places(page: str) -> list[str]:
    return [place.replace("&amp;", "&") for place in re.findall(r'hx-get="([^"]+)"', page) if "unread" not in place]


async def _answer(intake: Intake, event_id: UUID, topic: str = "consultation-scheduled") -> str:
    """What intake tells of an event that scheduling said."""
    (patient,) = await intake.rows("select patient_id from consultation_request")
    path = f"/staff/requests/story/{patient['patient_id']}/after/{event_id}"
    answer = await intake.http.get(path, params={"topic": topic, "at": NOON.isoformat()}, headers=HX)
    assert answer.status_code == 200
    return answer.text


async def test_the_page_shows_what_was_said_and_leaves_places_for_the_others(intake: Intake, request_id):
    await intake.sign_in(Role.NURSE)

    page = await intake.page(f"/staff/requests/{request_id}/story")

    assert "Consultation requested" in words(page)
    assert "Waits for Kafka" in words(page)
    (event,) = await intake.rows("select event_id from outbox")
    places = _places(page)
    assert [urlsplit(place).path.split("/")[2] for place in places] == [
        "sessions",
        "inbox",
        "sessions",
        "inbox",
        "inbox",
    ]
    assert str(event["event_id"]) in places[0]
    assert parse_qs(urlsplit(places[0]).query)["topic"] == ["consultation-requested"]
    assert "Ines" not in page


@pytest.mark.parametrize("role", Role)
async def test_only_clinical_staff_read_it_and_are_offered_it(intake: Intake, request_id, role):
    await intake.sign_in(role)
    may = role is not Role.FRONT_DESK

    await intake.page(f"/staff/requests/{request_id}/story", status=200 if may else 403)

    assert ("What happened" in await intake.page(f"/staff/requests/{request_id}")) is may


async def test_nobody_reads_a_part_without_signing_in(intake: Intake):
    for path in (f"/staff/requests/story/{uuid7()}", f"/staff/requests/story/{uuid7()}/after/{uuid7()}"):
        answer = await intake.http.get(path, params={"since": NOON.isoformat(), "at": NOON.isoformat(), "topic": "x"})
        assert answer.status_code in (303, 401)


async def test_an_event_that_is_not_handled_yet_is_asked_for_again(intake: Intake, request_id):
    await intake.sign_in(Role.CLINICIAN)

    part = await _answer(intake, uuid7())

    assert "has not handled it yet" in words(part)
    assert 'hx-trigger="load, every 8s"' in part


async def test_a_handled_event_says_when_and_at_which_try(intake: Intake, request_id):
    await intake.sign_in(Role.CLINICIAN)
    event_id = uuid7()
    await _execute(
        intake,
        "insert into inbox (handler, event_id, handled_at, tries) values ($1, $2, $3, 2)",
        REACTION.handler,
        event_id,
        NOON + timedelta(milliseconds=21),
    )

    part = words(await _answer(intake, event_id))

    assert "Intake: record consultations scheduled, after 21 ms" in part
    assert "At try 2" in part


async def test_a_dead_letter_and_its_redrive_are_told_without_the_operators_own_words(intake: Intake, request_id):
    await intake.sign_in(Role.CLINICIAN)
    event_id, letter, repair = uuid7(), uuid7(), uuid7()
    await _execute(
        intake,
        """
        insert into dead_letter (id, consumer_group, handler, topic, "partition", "offset", log_epoch, failure, tries,
                                 event_id, recorded_at)
        values ($1, $2, $3, 'consultation-scheduled', 0, 1, 0, 'KeyError', 3, $4, $5)
        """,
        letter,
        REACTION.group,
        REACTION.handler,
        event_id,
        NOON + timedelta(seconds=2),
    )
    await _execute(
        intake,
        "insert into repair (id, act, operator, why, facts) values ($1, 'redrive', 'grace', 'for Ada Example', '{}')",
        repair,
    )
    await _execute(intake, "insert into redrive (repair_id, dry_run) values ($1, false)", repair)
    await _execute(
        intake,
        "insert into redrive_letter (repair_id, letter_id, outcome, failure) values ($1, $2, 'failed', 'KeyError')",
        repair,
        letter,
    )

    part = words(await _answer(intake, event_id))

    assert "Intake could not handle it" in part
    assert "KeyError, 3 tries, after 2.0 s" in part
    assert "redriven by grace: failed again (KeyError)" in part
    assert "Ada" not in part


async def test_a_topic_without_a_reaction_leaves_its_place_empty(intake: Intake, request_id):
    await intake.sign_in(Role.CLINICIAN)

    assert await _answer(intake, uuid7(), topic="slot-offered") == ""


async def test_a_part_that_is_opened_by_itself_is_a_page(intake: Intake, request_id):
    await intake.sign_in(Role.CLINICIAN)
    (row,) = await intake.rows("select patient_id from consultation_request")

    page = await intake.http.get(
        f"/staff/requests/story/{row['patient_id']}",
        params={"since": NOON.isoformat()},
        headers={"Accept": "text/html"},
    )

    assert "<h1>What intake did</h1>" in page.text


async def test_handlers_are_found_however_many_there_are(intake: Intake):
    event_id = uuid7()
    for handler in ("intake.c", "intake.a", "intake.b"):
        await _execute(intake, "insert into inbox (handler, event_id) values ($1, $2)", handler, event_id)

    async with intake.database.transaction(read_only=True) as tx:
        heard = await heard_of(tx.connection, [event_id])

    assert {one.handler for one in heard} == {"intake.a", "intake.b", "intake.c"}


async def _execute(intake: Intake, query: str, *values: object) -> None:
    async with intake.database.transaction() as tx:
        await tx.execute(query, *values)
