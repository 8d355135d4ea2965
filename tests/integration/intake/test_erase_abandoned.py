"""What somebody began and left alone is erased with its key; what was sent, and what somebody may be in danger by, is not."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.intake.domain.guided.unsent import DraftUnknown
from services.intake.use_cases.erase_abandoned import erase_abandoned
from services.intake.use_cases.mark_patients import mark_patients
from shared.keyring import Keyring
from shared.keyring.blind_index import BlindIndex
from shared.keyring.errors import KeyErased
from tests.integration.intake.conftest import Intake, words
from tests.integration.intake.guided import Walk
from tests.integration.intake.risks import take_all_risks

UNTOUCHED = timedelta(days=30)


@pytest.fixture
async def walk(intake: Intake) -> Walk:
    return await Walk.begin(intake)


async def erase(intake: Intake) -> int:
    return await erase_abandoned(intake.database, keyring(intake), UNTOUCHED)


def keyring(intake: Intake) -> Keyring:
    return intake.app.state.keyring


async def test_a_request_left_alone_is_erased_with_its_key(walk: Walk, intake: Intake):
    await walk.save("name", name="Ines Marchetti")
    intake.clock.advance(UNTOUCHED)

    assert await erase(intake) == 1

    with pytest.raises(DraftUnknown):
        await walk.draft()
    with pytest.raises(KeyErased):
        await keyring(intake).cipher(walk.cipher.patient_id)


async def test_and_leaves_nothing_by_which_anybody_could_be_recognised(walk: Walk, intake: Intake):
    await walk.filled()
    index = BlindIndex.from_settings(intake.app.state.settings, "intake")
    intake.clock.advance(UNTOUCHED)

    await erase(intake)
    await mark_patients(intake.database, keyring(intake), index)

    for table in ("patient", "patient_mark", "contact_share", "consent"):
        assert await intake.count(table) == 0, table


async def test_every_answer_gives_it_its_days_anew(walk: Walk, intake: Intake):
    intake.clock.advance(UNTOUCHED - timedelta(minutes=1))
    await walk.save("name", name="Ines Marchetti")
    intake.clock.advance(timedelta(minutes=1))

    assert await erase(intake) == 0
    assert (await walk.answers()).one("name") == "Ines Marchetti"


async def test_the_key_of_a_request_that_was_sent_stays(walk: Walk, intake: Intake):
    submitted = await (await walk.filled()).send()
    intake.clock.advance(UNTOUCHED)

    assert await erase(intake) == 1

    intake.clock.advance(timedelta(minutes=6))  # no key is remembered any more
    await intake.sign_in()
    assert "Ines Marchetti" in words(await intake.page(f"/staff/requests/{submitted.request.id}"))


async def test_nobody_in_danger_is_erased_before_somebody_has_taken_it(walk: Walk, intake: Intake):
    await walk.filled("suicidal-ideation")
    intake.clock.advance(UNTOUCHED)

    assert await erase(intake) == 0

    await take_all_risks(intake)
    assert await erase(intake) == 1


async def test_the_risk_of_an_erased_request_stays_on_record_and_its_page_says_what_became_of_it(
    walk: Walk, intake: Intake
):
    await walk.filled("suicidal-ideation")
    request_id: UUID = (await walk.draft()).request_id
    await take_all_risks(intake)
    intake.clock.advance(UNTOUCHED)
    await erase(intake)
    await intake.sign_in()

    page = words(await intake.page(f"/staff/requests/{request_id}"))

    assert "Never sent, and erased" in page
    assert "Ines" not in page
    assert await intake.count("risk_flag") == 1


async def test_a_key_that_cannot_be_erased_keeps_the_draft_for_the_next_round(
    walk: Walk, intake: Intake, monkeypatch: pytest.MonkeyPatch
):
    async def away(_patient_id: UUID) -> None:
        raise ConnectionRefusedError

    intake.clock.advance(UNTOUCHED)
    monkeypatch.setattr(keyring(intake), "erase", away)

    with pytest.raises(ConnectionRefusedError):
        await erase(intake)

    assert await intake.count("request_draft") == 1
