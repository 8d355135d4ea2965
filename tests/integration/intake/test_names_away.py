"""While the keyring is away staff see every request, its risk and its time, and may let it be booked or withdraw it."""

from shared.keyring.keyring import CACHE_FOR
from tests.integration.intake.conftest import Intake, words
from tests.keyring_line import KeyringLine

SAID = "Names and phone numbers are missing for the moment."


async def _a_request_without_keyring(intake: Intake, keyring_line: KeyringLine, **changes) -> dict:
    await intake.submitted(**changes)
    (request,) = await intake.rows("select id, reference from consultation_request")
    intake.clock.advance(CACHE_FOR)
    await intake.sign_in()
    await keyring_line.cut()
    return request


async def test_the_list_shows_every_request_by_its_reference(intake: Intake, keyring_line: KeyringLine):
    request = await _a_request_without_keyring(intake, keyring_line, reasons=["suicidal-ideation"])

    for path in ("/staff/requests", "/staff/requests/list"):
        page = words(await intake.page(path))
        assert SAID in page
        assert request["reference"] in page
        assert "At risk, nobody has taken it yet" in page


async def test_a_request_shows_all_that_is_not_sealed_and_says_that_the_rest_is_missing(
    intake: Intake, keyring_line: KeyringLine
):
    request = await _a_request_without_keyring(intake, keyring_line)

    page = words(await intake.page(f"/staff/requests/{request['id']}"))

    assert SAID in page
    assert "Name missing" in page
    assert "cannot be read" not in page
    assert "Tue, morning" in page
    assert "Phone missing for the moment" in page


async def test_a_request_is_withdrawn_without_its_name(intake: Intake, keyring_line: KeyringLine):
    request = await _a_request_without_keyring(intake, keyring_line)

    answer = await intake.http.post(
        f"/staff/requests/{request['id']}/withdraw", data={"seen": 1}, headers={"Accept": "text/html"}
    )

    assert answer.status_code == 303
    assert (await intake.said())[-1][0] == "consultation-withdrawn"


async def test_the_patients_own_page_needs_no_keyring(intake: Intake, keyring_line: KeyringLine):
    token = await intake.submitted()
    intake.clock.advance(CACHE_FOR)
    await keyring_line.cut()

    assert "We are finding your time" in words(await intake.page(f"/r/{token}"))
