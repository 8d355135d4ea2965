"""Who may enter, who is sent to sign in, and that nothing typed is lost on the way."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.ids import uuid7
from shared.web.staff_cookie import StaffCookie
from shared.web.staff_session import require_staff
from shared.web.staff_token import LIFETIME
from tests.unit.web_guard.conftest import HTML

MINUTE = timedelta(minutes=1)


async def test_somebody_with_the_role_enters(house):
    async with house.signed_in(house.member("nurse")) as client:
        answer = await client.get("/staff/board")

    assert answer.json() == {"name": "Rosa Imani", "roles": ["nurse"], "in_grace": False}


async def test_another_role_does_not(house):
    async with house.signed_in(house.member("clinician")) as client:
        answer = await client.get("/staff/board")

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/not-allowed"


async def test_the_directory_decides_about_roles_and_not_the_token(house):
    member = house.member("clinician")
    async with house.client() as client:
        client.cookies.set("__Host-chairside", house.token(member, roles=frozenset({"nurse"})))
        answer = await client.get("/staff/board")

    assert answer.status_code == 403


async def test_who_left_is_out_at_once(house):
    async with house.signed_in(house.member("nurse", active=False)) as client:
        assert (await client.get("/staff/board")).status_code == 401


async def test_sign_ins_before_a_revocation_end_and_later_ones_count(house):
    member = house.member("nurse", sessions_revoked_before=house.clock.now() + timedelta(milliseconds=1))
    async with house.signed_in(member) as client:
        assert (await client.get("/staff/board")).status_code == 401

    house.clock.advance(timedelta(milliseconds=1))
    async with house.signed_in(member) as client:
        assert (await client.get("/staff/board")).status_code == 200


async def test_somebody_not_heard_of_yet_is_asked_to_wait(house):
    async with house.signed_in(uuid7()) as client:
        answer = await client.get("/staff/board")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


async def test_a_page_without_a_session_leads_to_renewal_and_back(house):
    async with house.client(**HTML) as client:
        answer = await client.get("/staff/board?day=2026-06-15&x=a%26b")

    target = urlsplit(answer.headers["location"])
    assert answer.status_code == 303
    assert target.path == "/staff/session/renew"
    assert parse_qs(target.query) == {"next": ["/staff/board?day=2026-06-15&x=a%26b"]}


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Accept": "text/event-stream"}], ids=str)
async def test_fragments_and_streams_are_nobodys_activity(house, headers):
    async with house.client(**headers) as client:
        answer = await client.get("/staff/board")

    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["passive"] == ["1"]


async def test_a_program_is_told_401(house):
    async with house.client() as client:
        answer = await client.get("/staff/board", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_form_sent_too_late_keeps_everything_typed(house):
    typed = {"note": 'He said "stop" <b>&amp;</b>\nthen left', "side_effect": ["nausea", "dizziness"], "form_key": "k1"}
    async with house.signed_in(house.member("nurse"), **HTML) as client:
        house.clock.advance(LIFETIME)
        answer = await client.post("/staff/board?day=1", data=typed)

    page = unescape(answer.text)
    assert answer.status_code == 401
    assert 'action="/staff/board?day=1"' in page
    assert 'name="note" value="He said "stop" <b>&amp;</b>\nthen left"' in page.replace("\r\n", "\n")
    assert page.index('value="nausea"') < page.index('value="dizziness"')
    assert 'value="k1"' in page
    assert "/staff/session/renew?next=%2Fstaff%2Fsession%2Fdone" in page
    assert "<b>" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_only_where_it_says_so_a_token_is_good_for_an_hour_more(house):
    async with house.signed_in(house.member("nurse")) as client:
        house.clock.advance(LIFETIME + 60 * MINUTE - timedelta(seconds=1))
        stop, board = await client.post("/staff/sessions/1/stop"), await client.post("/staff/board")
        house.clock.advance(timedelta(seconds=1))
        later = await client.post("/staff/sessions/1/stop")

    assert (stop.status_code, stop.json()) == (200, {"in_grace": True})
    assert board.status_code == 401
    assert later.status_code == 401


async def test_grace_does_not_outlive_a_revocation(house):
    member = house.member("nurse")
    async with house.signed_in(member) as client:
        house.clock.advance(LIFETIME)
        house.member("nurse")
        house.directory.people[member] = house.directory.people[house.member("nurse", active=False)]
        assert (await client.post("/staff/sessions/1/stop")).status_code == 401


@pytest.mark.parametrize("cookie", ["", "a.b.c", "nonsense", "é"])
async def test_a_cookie_that_is_no_token_is_as_none(house, cookie):
    async with house.client(Cookie=f"__Host-chairside={cookie}".encode()) as client:
        assert (await client.get("/staff/board")).status_code == 401


async def test_the_plain_name_counts_for_nothing_on_the_real_origin(house):
    async with house.client(Cookie=f"chairside={house.token(house.member('nurse'))}") as client:
        assert (await client.get("/staff/board")).status_code == 401


async def test_a_stream_ends_with_its_session_but_not_with_the_database(house):
    guard, member = house.app.state.staff_guard, house.member("nurse")
    request = _request(house.token(member), guard)

    assert await guard.still_good(request)
    house.directory.away = ConnectionRefusedError()
    assert await guard.still_good(request)
    house.directory.away = None
    house.clock.advance(LIFETIME)
    assert not await guard.still_good(request)


def _request(token, guard):
    from starlette.requests import Request

    return Request({"type": "http", "headers": [(b"cookie", f"{guard.cookie.name}={token}".encode())]})


def test_roles_must_be_named():
    with pytest.raises(TypeError):
        require_staff()


@pytest.mark.parametrize(
    ("url", "name", "secure"),
    [
        ("https://clinic.example", "__Host-chairside", True),
        ("http://clinic.example", "__Host-chairside", True),
        ("https://127.0.0.1:8443", "__Host-chairside", True),
        ("http://127.0.0.1.evil.example", "__Host-chairside", True),
        ("http://10.0.0.1", "__Host-chairside", True),
        ("http://127.0.0.1:8080", "chairside", False),
        ("http://[::1]:8080", "chairside", False),
        ("http://localhost:8080", "chairside", False),
    ],
)
def test_only_plain_http_at_loopback_drops_the_prefix(url, name, secure):
    assert StaffCookie.for_origin(url) == StaffCookie(name, secure)


def test_the_cookie_is_for_this_host_and_no_script():
    from starlette.responses import Response

    response = Response()
    StaffCookie.for_origin("https://clinic.example").set(response, "t")

    parts = {part.strip().lower() for part in response.headers["set-cookie"].split(";")}
    assert parts == {"__host-chairside=t", "path=/", "secure", "httponly", "samesite=lax"}
