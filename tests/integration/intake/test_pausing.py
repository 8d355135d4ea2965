"""The link to an unsent request comes by e-mail, sealed in its event, to the address that was given, a few times at most."""

from datetime import timedelta

import pytest

from services.intake.domain.refusal import NotPossible
from services.intake.use_cases.pause_request import MOST, MOST_A_DAY, pause_request
from shared.events.unsent_request import RequestPaused
from shared.keyring.blind_index import BlindIndex
from shared.keyring.contact import open_contact
from tests.integration.intake.conftest import SITE, Intake
from tests.integration.intake.guided import CONTACT, Walk, door_of

DAYS = timedelta(days=30)
INDEX = BlindIndex(bytes(32), "intake")


@pytest.fixture
async def walk(intake: Intake) -> Walk:
    return await Walk.begin(intake, "es")


async def pause(walk: Walk) -> bool:
    async with walk.intake.database.transaction() as tx:
        return await pause_request(tx, walk.token, walk.cipher, door_of(walk.intake), INDEX, DAYS)


async def test_the_link_is_in_the_sealed_envelope_and_nowhere_else(walk: Walk, intake: Intake):
    await walk.save("contact", CONTACT)

    assert await pause(walk)

    [(topic, body)] = await intake.said()
    event = RequestPaused.model_validate(body)
    contact = open_contact(walk.cipher, event.contact)
    assert topic == "request-paused"
    assert (contact.email, contact.language) == ("ines@example.com", "es")
    assert contact.links == {"unfinished-request": f"{SITE}/request/g/{walk.token}"}
    assert walk.token not in str(body)
    assert event.expires_at == intake.clock.now() + DAYS


async def test_without_an_address_it_is_asked_for(walk: Walk, intake: Intake):
    with pytest.raises(NotPossible):
        await pause(walk)

    assert await intake.said() == []


async def test_nobody_is_sent_it_again_and_again(walk: Walk, intake: Intake):
    await walk.save("contact", CONTACT)
    for _ in range(MOST):
        await pause(walk)

    with pytest.raises(NotPossible):
        await pause(walk)

    assert len(await intake.said()) == MOST


async def test_however_many_requests_somebody_begins_one_mailbox_gets_a_few_a_day(intake: Intake):
    walks = [await Walk.begin(intake, "en") for _ in range(MOST_A_DAY + 2)]
    for number, walk in enumerate(walks):
        await walk.save("contact", CONTACT | {"email": (f"Ines+{number}@example.com",)})

    answers = [await pause(walk) for walk in walks]

    assert all(answers), "all are answered alike"
    assert len(await intake.said()) == MOST_A_DAY


async def test_one_request_is_refused_alike_whether_or_not_its_mailbox_had_enough(intake: Intake):
    for _ in range(MOST_A_DAY // MOST):
        await asked_as_often_as_may_be(await Walk.begin(intake, "en"))
    walk = await asked_as_often_as_may_be(await Walk.begin(intake, "en"))

    with pytest.raises(NotPossible):
        await pause(walk)


async def test_the_next_day_the_mailbox_gets_it_again(walk: Walk, intake: Intake):
    for _ in range(MOST_A_DAY // MOST):
        await asked_as_often_as_may_be(await Walk.begin(intake, "en"))
    await walk.save("contact", CONTACT)
    intake.clock.advance(timedelta(days=1))

    await pause(walk)

    assert len(await intake.said()) == MOST_A_DAY + 1


async def asked_as_often_as_may_be(walk: Walk) -> Walk:
    await walk.save("contact", CONTACT)
    for _ in range(MOST):
        await pause(walk)
    return walk


async def test_a_request_that_was_sent_needs_no_such_link(walk: Walk, intake: Intake):
    await (await walk.filled()).send()

    assert not await pause(walk)
    assert "request-paused" not in [topic for topic, _ in await intake.said()]
