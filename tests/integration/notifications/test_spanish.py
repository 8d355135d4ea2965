"""What patients can meet of notifications while it has no page for them: a problem, in their language. Staff's are English."""

from tests.english import english_in
from tests.integration.notifications.front import Front

SPANISH = {"Accept-Language": "es"}


async def test_a_link_to_nothing_is_answered_in_spanish(front: Front) -> None:
    answer = await front.browser().get("/m/anything", headers=SPANISH)

    assert (answer.status_code, english_in(answer.text)) == (404, [])
    assert '<html lang="es"' in answer.text


async def test_staff_are_answered_in_english(front: Front) -> None:
    answer = await front.browser().get("/staff/sign-in/nowhere", headers=SPANISH)

    assert '<html lang="en-US"' in answer.text
