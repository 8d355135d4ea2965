"""The calendar asks who is meant by a name; it hears ids, and nothing else about anybody."""

from typing import Any

import httpx
import pytest

from shared.web.service_auth import ServiceAuth
from shared.web.signing_keys import new_key_pair, read_key
from tests.integration.intake.conftest import INES, SIGNED_BY, Intake, MakeIntake
from tests.integration.intake.decisions import mark

SCHEDULING = new_key_pair()


@pytest.fixture
async def intake(make_intake: MakeIntake) -> Intake:
    return await make_intake(service_token_public_keys={"scheduling": SCHEDULING[1], "intake": SIGNED_BY})


async def search(intake: Intake, typed: str, **signed: Any) -> httpx.Response:
    by = {"issuer": "scheduling", "audience": "intake"} | signed
    auth = ServiceAuth(read_key(SCHEDULING[0], "SERVICE_TOKEN_PRIVATE_KEY", private=True), clock=intake.clock, **by)
    return await intake.http.post("/internal/people/search", json={"typed": typed}, auth=auth)


async def test_a_whole_name_in_any_order_leads_to_its_patient(intake: Intake) -> None:
    await intake.submitted()
    await mark(intake)
    known = [str(row["id"]) for row in await intake.rows("select id from patient")]
    first, last = str(INES["name"]).split(maxsplit=1)

    assert (await search(intake, f"{last.lower()} {first}")).json() == {"patients": known}
    assert (await search(intake, str(INES["email"]))).json() == {"patients": known}


@pytest.mark.parametrize("typed", ["Ines", "", "???", "x" * 200])
async def test_a_part_of_a_name_leads_to_nobody(intake: Intake, typed: str) -> None:
    await intake.submitted()
    await mark(intake)

    assert (await search(intake, typed)).json() == {"patients": []}


@pytest.mark.parametrize("signed", [{"issuer": "notifications"}, {"audience": "notifications"}])
async def test_only_scheduling_may_ask(intake: Intake, signed: dict[str, str]) -> None:
    assert (await search(intake, "Ines Marchetti", **signed)).status_code in {401, 403}
