"""A service believes the services it names, for half a minute, for itself alone."""

from datetime import timedelta

import httpx
import pytest
from joserfc.jwk import OKPKey

from shared.web.service_auth import ServiceAuth
from shared.web.service_token import CLOCK_SKEW, LIFETIME, require_service


@pytest.fixture
def call(house):
    async def call(*, key=None, issuer="notifications", audience="scheduling", later=timedelta(0)) -> httpx.Response:
        auth = ServiceAuth(key or house.service_key, issuer=issuer, audience=audience, clock=house.clock)
        async with house.client() as client:
            request = next(auth.auth_flow(client.build_request("GET", "/internal/revision")))
            house.clock.advance(later)
            return await client.send(request)

    return call


async def test_a_named_service_is_believed(call):
    answer = await call()

    assert (answer.status_code, answer.json()) == (200, "notifications")


async def test_until_its_token_is_over(call):
    assert (await call(later=LIFETIME + CLOCK_SKEW - timedelta(milliseconds=1))).status_code == 200
    assert (await call(later=LIFETIME + CLOCK_SKEW)).status_code == 401


async def test_a_clock_that_runs_ahead_is_forgiven_a_little(call):
    assert (await call(later=-CLOCK_SKEW)).status_code == 200
    assert (await call(later=-CLOCK_SKEW - timedelta(milliseconds=1))).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"audience": "intake"}, {"issuer": "intake"}, {"issuer": "scheduling"}, {"key": OKPKey.generate_key("Ed25519")}],
    ids=["for another", "in another's name", "in our own name", "with another's key"],
)
async def test_nobody_else_is(call, wrong):
    assert (await call(**wrong)).status_code == 401


async def test_a_known_service_that_the_route_does_not_name_is_not_believed_either(house, call):
    assert (await call(key=house.other_key, issuer="intake")).status_code == 401
    assert (await call(key=house.other_key, issuer="notifications")).status_code == 401


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi"])
async def test_without_a_token_there_is_no_answer(house, header):
    async with house.client(**({"Authorization": header} if header is not None else {})) as client:
        answer = await client.get("/internal/revision", headers={"Accept": "text/html"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_staff_token_opens_no_internal_route(house):
    token = house.token(house.member("nurse"))
    async with house.client(Authorization=f"Bearer {token}") as client:
        assert (await client.get("/internal/revision")).status_code == 401


def test_callers_must_be_named():
    with pytest.raises(TypeError):
        require_service()
