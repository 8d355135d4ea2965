"""The link to an unsent request comes by e-mail, sealed in its event, to the address that was given, a few times at most."""

from datetime import timedelta

import pytest

from services.intake.domain.refusal import NotPossible
from services.intake.use_cases.pause_request import MOST, pause_request
from shared.events.unsent_request import RequestPaused
from shared.keyring.contact import open_contact
from tests.integration.intake.conftest import SITE, Intake
from tests.integration.intake.guided import CONTACT, Walk, door_of

DAYS = timedelta(days=30)


@pytest.fixture
async def walk(intake: Intake) -> Walk:
    return await Walk.begin(intake, "es")


async def pause(walk: Walk) -> bool:
    async with walk.intake.database.transaction() as tx:
        return await pause_request(tx, walk.token, walk.cipher, door_of(walk.intake), DAYS)


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


async def test_a_request_that_was_sent_needs_no_such_link(walk: Walk, intake: Intake):
    await (await walk.filled()).send()

    assert not await pause(walk)
    assert "request-paused" not in [topic for topic, _ in await intake.said()]
