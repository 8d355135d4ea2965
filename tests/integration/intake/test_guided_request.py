"""A request filled in page by page: each page kept as it is answered, sent once, and screened by the rules in force."""

import asyncio

import pytest

from services.intake.domain.guided.unsent import DraftUnknown
from services.intake.domain.refusal import DraftRefused
from services.intake.store import request_answers
from services.intake.store.version_kinds import SCREENING
from services.intake.use_cases.save_page import AlreadySent, ChangedElsewhere, Kept
from shared.events.values import ContactEnvelope
from shared.keyring.contact import open_contact
from shared.versions.in_force import rules_in_force
from tests.integration.intake.conftest import Intake
from tests.integration.intake.guided import CONTACT, Walk


@pytest.fixture
async def walk(intake: Intake) -> Walk:
    return await Walk.begin(intake)


async def test_what_was_answered_is_there_on_another_device(walk: Walk):
    await walk.save("name", name="Ines Marchetti")

    assert (await walk.answers()).one("name") == "Ines Marchetti"


async def test_nothing_of_it_can_be_read_in_the_table_and_nobody_hears_of_it(walk: Walk, intake: Intake):
    await walk.filled("ptsd")

    [row] = await intake.rows("select * from request_draft")
    assert not any(secret in str(row) for secret in ("Ines", "ines@", "5550187", "ptsd", walk.token))
    assert await intake.said() == []


async def test_a_token_that_was_never_given_opens_nothing(walk: Walk):
    walk.token = walk.token[::-1]

    with pytest.raises(DraftUnknown):
        await walk.draft()


async def test_the_second_of_two_windows_overwrites_nothing_and_sees_what_the_first_kept(walk: Walk):
    await walk.save("name", name="Ines", revision=0)
    second = await walk.save("name", name="Inés", revision=0)

    assert isinstance(second, ChangedElsewhere)
    assert second.answers.one("name") == "Ines"
    assert (await walk.answers()).one("name") == "Ines"


async def test_pressing_go_on_twice_is_no_conflict(walk: Walk):
    await walk.save("name", name="Ines", revision=0)

    assert isinstance(await walk.save("name", name="Ines", revision=0), Kept)


async def test_two_windows_at_once_keep_both_their_pages(walk: Walk):
    await asyncio.gather(walk.save("name", name="Ines"), walk.save("born", born="1984-07-19"))

    answers = await walk.answers()
    assert (answers.one("name"), answers.one("born")) == ("Ines", "1984-07-19")


async def test_a_sent_request_is_one_request_with_what_was_read_in_it(walk: Walk, intake: Intake):
    await walk.filled("depression")
    await walk.say(**{f"phq_9_{item}": "1" for item in range(1, 9)}, phq_9_9="0")
    submitted = await walk.send()

    [row] = await intake.rows("select * from request_answers")
    reading = request_answers.open_reading(walk.cipher, submitted.request.id, row["reading"])
    [score] = reading.scores
    assert (score.total, score.band and score.band.code) == (8, "mild")
    assert reading.answers.one("name") == "Ines Marchetti"
    assert b"depression" not in row["reading"]
    async with intake.database.transaction(read_only=True) as tx:
        in_force = await rules_in_force(tx, SCREENING, intake.clinic_id)
    assert row["rules_version"] == reading.rules_version == in_force.content.version


async def test_the_draft_keeps_the_way_to_the_request_and_no_answer(walk: Walk, intake: Intake):
    submitted = await (await walk.filled()).send()

    assert (await walk.answers()).pages == {}
    again = await walk.save("name", name="Somebody else")
    assert again == AlreadySent(submitted.token)
    assert "Ines Marchetti" not in await intake.page(f"/r/{submitted.token}")


async def test_messages_come_in_the_language_that_was_chosen_or_else_that_of_the_pages(intake: Intake):
    for chosen, expected in (("en", "en"), ("", "es")):
        walk = await Walk.begin(intake, "es")
        await walk.filled()
        await walk.save("contact", CONTACT | ({"language": (chosen,)} if chosen else {}))
        await walk.send()

        _, event = (await intake.said())[-1]
        envelope = ContactEnvelope.model_validate(event["contact"])
        assert open_contact(walk.cipher, envelope).language == expected


async def test_sent_twice_it_is_the_same_request(walk: Walk, intake: Intake):
    await walk.filled()
    first, second = await walk.send(), await walk.send()

    assert (second.token, second.request) == (first.token, first.request)
    assert [topic for topic, _ in await intake.said()] == ["consultation-requested"]


async def test_sent_by_two_windows_at_once_it_is_one_request(walk: Walk, intake: Intake):
    await walk.filled()
    tokens = {sent.token for sent in await asyncio.gather(*(walk.send() for _ in range(4)))}

    assert len(tokens) == 1
    assert await intake.count("consultation_request") == await intake.count("request_answers") == 1


async def test_what_a_request_cannot_be_without_is_asked_for_and_nothing_is_lost(walk: Walk, intake: Intake):
    await walk.save("name", name="Ines Marchetti")

    with pytest.raises(DraftRefused) as refused:
        await walk.send()

    assert set(refused.value.errors) == {"email", "reasons"}
    assert (await walk.answers()).one("name") == "Ines Marchetti"
    assert await intake.count("consultation_request") == 0
