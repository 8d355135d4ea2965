"""Another service asks whether what somebody says of themselves fits: it hears yes or no, and nothing else."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.web.service_auth import ServiceAuth
from shared.web.signing_keys import new_key_pair, read_key
from tests.integration.intake.conftest import SIGNED_BY, Intake, MakeIntake
from tests.integration.intake.guided import Walk

SCHEDULING = new_key_pair()


@pytest.fixture
async def intake(make_intake: MakeIntake) -> Intake:
    return await make_intake(service_token_public_keys={"scheduling": SCHEDULING[1], "intake": SIGNED_BY})


async def ask(intake: Intake, request_id: object, said: str = "", **signed: Any) -> httpx.Response:
    by = {"issuer": "scheduling", "audience": "intake"} | signed
    auth = ServiceAuth(read_key(SCHEDULING[0], "SERVICE_TOKEN_PRIVATE_KEY", private=True), clock=intake.clock, **by)
    return await intake.http.post(f"/internal/requests/{request_id}/proof", json={"said": said}, auth=auth)


async def sent(intake: Intake) -> object:
    """A guided request, whose date of birth was asked."""
    await (await (await Walk.begin(intake)).filled()).send()
    return (await intake.rows("select id from consultation_request"))[0]["id"]


async def sent_on_one_page(intake: Intake) -> object:
    await intake.submitted()
    return (await intake.rows("select id from consultation_request"))[0]["id"]


@pytest.mark.parametrize(
    ("said", "fits"), [("1984-07-19", True), ("1984-07-20", False), ("Marchetti", False), ("", False)]
)
async def test_a_date_of_birth_fits_or_not(intake: Intake, said: str, fits: bool) -> None:
    answer = await ask(intake, await sent(intake), said)

    assert answer.json() == {"asks": "born", "fits": fits}


@pytest.mark.parametrize(("said", "fits"), [("marchetti", True), ("Rossi", False), ("", False)])
async def test_where_none_was_asked_it_is_the_last_name(intake: Intake, said: str, fits: bool) -> None:
    answer = await ask(intake, await sent_on_one_page(intake), said)

    assert answer.json() == {"asks": "last-name", "fits": fits}


async def test_of_nobody_there_is_nothing_to_say(intake: Intake) -> None:
    assert (await ask(intake, uuid4())).status_code == 404


@pytest.mark.parametrize("signed", [{"issuer": "notifications"}, {"audience": "notifications"}])
async def test_only_scheduling_may_ask(intake: Intake, signed: dict[str, str]) -> None:
    assert (await ask(intake, await sent(intake), "1984-07-19", **signed)).status_code == 401
