"""The fences around every route, tried from outside."""

import asyncio
from uuid import UUID

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from shared.web.body_check import LARGEST, BodyCheck
from shared.web.burst_limit import TokenBuckets
from shared.web.client_address import network_of
from shared.web.origin_check import origin_of
from shared.web.request_cause import cause_of
from tests.unit.web_guard.conftest import FRONT_END, HTML, ORIGIN

WISH = {"name": "Noa"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": ORIGIN}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8080"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ORIGIN + ".evil.example"}, 403),
        ({"Origin": ORIGIN.replace("https", "http")}, 403),
        ({"Origin": ORIGIN + ":444"}, 403),
        ({"Origin": FRONT_END}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
    ],
    ids=str,
)
async def test_a_form_is_taken_from_our_own_pages_only(house, headers, status):
    async with house.client(**headers) as client:
        assert (await client.post("/form", data={"a": "1"})).status_code == status


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "PROPFIND"])
async def test_every_unsafe_method_is_looked_at(house, method):
    async with house.client(Origin="https://evil.example") as client:
        assert (await client.request(method, "/form")).status_code == 403


@pytest.mark.parametrize(
    ("asked", "onward"),
    [("/echo/", "/echo"), ("/echo///", "/echo"), ("/echo/?next=//evil.example", "/echo?next=//evil.example")],
)
async def test_a_slash_too_many_leads_to_our_own_path_whatever_host_was_named(house, asked, onward):
    async with house.client(Host="evil.example") as client:
        answer = await client.get(asked)

    assert (answer.status_code, answer.headers["location"]) == (308, onward)


@pytest.mark.parametrize("asked", ["//evil.example/", "//evil.example//", "/%5cevil.example/", "/"])
async def test_no_slash_leads_away_from_us(house, asked):
    async with house.client() as client:
        onward = (await client.get(f"{ORIGIN}{asked}")).headers.get("location", "")

    assert not onward.startswith(("//", "/\\", "http"))


async def test_reading_is_free_from_anywhere(house):
    async with house.client(Origin="https://evil.example", **{"Sec-Fetch-Site": "cross-site"}) as client:
        assert (await client.get("/echo")).status_code == 200


async def test_a_configured_front_end_may_use_the_api(house):
    headers = {"Origin": FRONT_END, "Sec-Fetch-Site": "cross-site"}
    async with house.client(**headers) as client:
        asked = await client.options(
            "/api/wishes",
            headers={
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type, idempotency-key",
            },
        )
        answer = await client.post("/api/wishes", json=WISH)
        refused = await client.post("/api/wishes", json={})

    assert asked.status_code == 200
    assert answer.status_code == 200
    for one in (asked, answer, refused):
        assert one.headers["access-control-allow-origin"] == FRONT_END
        assert "access-control-allow-credentials" not in one.headers


async def test_another_front_end_may_not(house):
    async with house.client(Origin="https://evil.example") as client:
        answer = await client.post("/api/wishes", json=WISH)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


async def test_no_front_end_reads_our_pages(house):
    async with house.client(Origin=FRONT_END) as client:
        assert "access-control-allow-origin" not in (await client.get("/echo")).headers


async def test_a_body_may_be_just_so_large(house):
    room = LARGEST - len("a=")
    async with house.client() as client:
        fits = await client.post("/form", data={"a": "x" * room})
        over = await client.post("/form", data={"a": "x" * (room + 1)})

    assert fits.status_code == 200
    assert over.status_code == 413
    assert over.headers["connection"] == "close"


async def test_a_large_body_without_a_length_is_stopped_on_the_way(house):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 10_000
            yield b"x" * 10_000

    async with house.client() as client:
        answer = await client.post(
            "/form", content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"}
        )

    assert answer.status_code == 413
    assert sent <= LARGEST + 20_000


async def test_a_body_that_never_ends_is_not_waited_for():
    async def never() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    told: list[dict[str, object]] = []

    async def tell(message: dict[str, object]) -> None:
        told.append(message)

    async def app(*_: object) -> None:
        raise AssertionError("the route was reached")

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/form",
        "query_string": b"",
        "headers": [(b"content-length", b"10"), (b"content-type", b"application/json")],
    }
    await BodyCheck(app, read_timeout=0.01)({**scope, "app": FastAPI()}, never, tell)

    assert told[0]["status"] == 408


@pytest.mark.parametrize("kind", ["text/plain", "", "application/xml", "application/octet-stream", "application/jsonp"])
async def test_content_that_nobody_reads_is_named_so(house, kind):
    async with house.client() as client:
        answer = await client.post("/api/wishes", content=b'{"name": "Noa"}', headers={"Content-Type": kind})

    assert answer.status_code == 415


async def test_json_may_say_its_charset_and_its_dialect(house):
    async with house.client() as client:
        for kind in ("application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"):
            answer = await client.post("/api/wishes", content=b'{"name": "Noa"}', headers={"Content-Type": kind})
            assert answer.status_code == 200, kind


@pytest.mark.parametrize(
    "body", [b'{"name": "a\\u0000b"}', b'{"name": "a\\\\\\u0000b"}', b'{"a\\u0000": 1}', b'{"name": "a\0b"}']
)
async def test_nul_in_json_is_refused(house, body):
    async with house.client() as client:
        answer = await client.post("/api/wishes", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/nul-character"
    assert house.seen == []


async def test_a_written_backslash_u0000_is_text_like_any_other(house):
    async with house.client() as client:
        answer = await client.post(
            "/api/wishes", content=b'{"name": "a\\\\u0000b"}', headers={"Content-Type": "application/json"}
        )

    assert answer.json()["name"] == "a\\u0000b"


async def test_nul_in_a_form_a_query_or_a_path_is_refused(house):
    async with house.client(**HTML) as client:
        assert (await client.post("/form", data={"a": "x\0y"})).status_code == 422
        assert (await client.post("/form", files={"a": (None, b"x\0y")})).status_code == 422
        assert (await client.get("/echo?a=%00")).status_code == 422
        assert (await client.get("/echo%00")).status_code == 422


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=5))
async def test_every_other_form_arrives_as_it_was_sent(fields):
    """The fences read the body and hand it on; what they hand on must be the same."""
    received: list[bytes] = []
    body = b"&".join(
        name.encode().hex().encode() + b"=" + value.encode().hex().encode() for name, value in fields.items()
    )

    async def app(_scope: object, receive, _send: object) -> None:
        received.append((await receive())["body"])

    parts = [body[: len(body) // 2], body[len(body) // 2 :]]

    async def receive() -> dict[str, object]:
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    headers = [
        (b"content-length", str(len(body) or 1).encode()),
        (b"content-type", b"application/x-www-form-urlencoded"),
    ]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    await BodyCheck(app)(scope, receive, _never)

    assert received == [body]


async def _never(_message: object) -> None:
    raise AssertionError("nothing was to be sent")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "1.2.3.4, 203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "2001:DB8::1", "2001:db8::1"),
        ("127.0.0.1", "nonsense", "unknown"),
        ("198.51.100.9", "203.0.113.5", "198.51.100.9"),
        ("testclient", "203.0.113.5", "unknown"),
    ],
)
async def test_only_the_front_door_says_who_is_calling(house, peer, forwarded, address):
    async with house.client(peer=peer, address=forwarded) as client:
        assert (await client.get("/echo")).json() == address


def test_one_subscriber_is_one_caller_whatever_address_it_takes():
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::9")
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("203.0.113.5") != network_of("203.0.113.6")


async def test_a_burst_is_let_through_and_then_slowed(make_house):
    house = make_house(burst_rate=0.001, burst_size=3)
    async with house.client() as client:
        answers = [await client.post("/form", data={"a": "1"}) for _ in range(4)]
        reading = await client.get("/echo")
    async with house.client(address="203.0.113.6") as client:
        neighbour = await client.post("/form", data={"a": "1"})

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[3].headers["retry-after"]) > 0
    assert answers[3].json()["in_crisis"]["crisis_line"] == "988"
    assert reading.status_code == 200
    assert neighbour.status_code == 200


async def test_who_is_signed_in_is_not_slowed_by_others_at_the_same_address(make_house):
    house = make_house(burst_rate=0.001, burst_size=2)
    people = (house.member("nurse"), house.member("front-desk"))
    async with house.client() as waiting_room, house.signed_in(people[0]) as nurse, house.signed_in(people[1]) as desk:
        waiting = [await waiting_room.post("/form", data={}) for _ in range(3)]
        recorded = [await nurse.post("/form", data={}) for _ in range(3)]
        beside = await desk.post("/form", data={})

    assert [answer.status_code for answer in waiting] == [200, 200, 429]
    assert [answer.status_code for answer in recorded] == [200, 200, 429]
    assert beside.status_code == 200


async def test_a_token_of_nobody_gets_no_bucket_of_its_own(make_house):
    house = make_house(burst_rate=0.001, burst_size=1)
    async with house.client() as client:
        answers = []
        for forged in ("a.b.c", "d.e.f"):
            client.cookies.set("__Host-chairside", forged, domain="chairside.example", path="/")
            answers.append(await client.post("/form", data={}))

    assert [answer.status_code for answer in answers] == [200, 429]


async def test_the_burst_fence_can_be_switched_off(make_house):
    house = make_house(burst_rate=0, burst_size=1)
    async with house.client() as client:
        assert {(await client.post("/form", data={})).status_code for _ in range(5)} == {200}


@given(st.lists(st.floats(0, 100), max_size=40), st.floats(0.1, 10), st.integers(1, 20))
def test_no_caller_ever_gets_more_than_its_bucket_and_what_dripped_in(pauses, rate, burst):
    now, taken = 0.0, 0
    buckets = TokenBuckets(rate, burst, ticks=lambda: now)
    for pause in pauses:
        now += pause
        wait = buckets.take("a")
        taken += wait == 0
        if wait:
            now += wait + 1e-6
            assert buckets.take("a") == 0
            taken += 1

    assert taken <= burst + now * rate + 1e-3


def test_a_flood_of_addresses_does_not_grow_the_process():
    buckets = TokenBuckets(1, 1, callers=10)
    for number in range(1000):
        buckets.take(str(number))

    assert len(buckets) == 10


async def test_the_answer_names_its_story(house):
    async with house.client() as client:
        given_id = await client.get("/echo", headers={"X-Request-Id": "front-end.42-a"})
        made = await client.get("/echo")

    assert given_id.headers["x-request-id"] == "front-end.42-a"
    assert UUID(made.headers["x-request-id"]).version == 7


@pytest.mark.parametrize("bad", [b"", b"short", b"a" * 65, b"has space", b"new\nline-here", b"-leading-", b"\xff" * 10])
def test_an_id_that_is_not_well_formed_is_as_if_not_sent(bad):
    assert UUID(cause_of({b"x-request-id": bad}).correlation_id).version == 7


def test_a_trace_is_carried_on_when_it_is_well_formed():
    good = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    assert cause_of({b"traceparent": good}).traceparent == good.decode()
    for bad in (good.upper(), b"00-" + b"0" * 32 + b"-00f067aa0ba902b7-01", good + b"-x", b"ff" + good[2:], b""):
        assert cause_of({b"traceparent": bad}).traceparent is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Clinic.Example:443/", "https://clinic.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url, origin):
    assert origin_of(url) == origin
