"""The same key gets the same answer from the same client, and nothing from any other; too many beginnings wait."""

import asyncio

import httpx
import pytest

from services.intake.app import build
from services.intake.use_cases.count_beginning import HOUR, Beginnings
from shared.keyring.blind_index import BlindIndex
from tests.integration.intake.conftest import INES, SITE, Intake, errors_of
from tests.integration.intake.front_end import DRAFTS, FrontEnd

KEY = {"Idempotency-Key": "5f0c1d0e-6f0a-4a0e-9d1c-0f2b8f1f6a11"}
FRONT, OTHER = "https://front.example", "https://other.example"
A_FEW = 5


async def test_begun_eight_times_at_once_with_one_key_it_is_one_request(intake: Intake):
    front = FrontEnd(intake)

    answers = await asyncio.gather(*(front.try_to_begin(**KEY) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await intake.count("request_draft") == 1


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ({"X-Forwarded-For": "9.9.9.9"}, {"X-Forwarded-For": "9.9.9.8"}),
        ({"Origin": FRONT}, {"Origin": OTHER}),
        ({}, {"Origin": FRONT}),
    ],
)
async def test_a_key_opens_nobody_the_request_that_somebody_else_has_begun(make_intake, one, another):
    intake = await make_intake(cors_origins=[FRONT, OTHER])
    front = FrontEnd(intake)

    mine, theirs = await front.try_to_begin(**KEY, **one), await front.try_to_begin(**KEY, **another)

    assert mine.json()["links"]["draft"] != theirs.json()["links"]["draft"]


async def test_a_key_that_can_be_guessed_begins_nothing(intake: Intake):
    answer = await FrontEnd(intake).try_to_begin(**{"Idempotency-Key": "request-1"})

    assert set(errors_of(answer)) == {"Idempotency-Key"}
    assert await intake.count("request_draft") == 0


async def test_two_front_ends_that_count_their_keys_do_not_meet(make_intake):
    intake = await make_intake(cors_origins=[FRONT, OTHER])

    first = await intake.ask(**{"Idempotency-Key": "request-1", "Origin": FRONT})
    second = await intake.ask({**INES, "name": "Ada"}, **{"Idempotency-Key": "request-1", "Origin": OTHER})

    assert (first.status_code, second.status_code) == (201, 201)


async def test_an_answer_and_a_sending_can_be_repeated_under_their_keys(intake: Intake):
    front = await (await FrontEnd(intake).begin()).walk_to("name")

    answers = [await front.say("name", {"name": "Ines"}, **KEY) for _ in range(2)]
    other = await front.say("name", {"name": "Somebody"}, **KEY)
    front.told = answers[0].json()
    await front.walk_to()
    sent = [await front.send(**{"Idempotency-Key": "another-key-of-mine"}) for _ in range(2)]

    assert answers[0].text == answers[1].text
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "key-used-for-another")
    assert (sent[0].status_code, sent[0].text) == (201, sent[1].text)


async def test_a_link_and_who_called_are_not_to_be_read_where_keys_are_kept(intake: Intake):
    front = await FrontEnd(intake, headers={"X-Forwarded-For": "9.9.9.9"}).begin(**KEY)
    await front.say("born", {"born": "1984-07-19"}, **KEY)

    rows = await intake.rows("select client, key, answer from idempotency")
    counted = await intake.rows("select contact from contact_share")

    assert len(rows) == 2
    assert not [secret for secret in ("9.9.9.9", front.token) if secret in str(rows + counted)]


async def test_a_burst_over_two_replicas_begins_as_many_as_one_may(intake: Intake):
    replica = build(intake.app.state.settings, clock=intake.clock, messaging=False)
    async with replica.router.lifespan_context(replica):
        other = Intake(
            replica,
            httpx.AsyncClient(transport=httpx.ASGITransport(app=replica), base_url=SITE),
            intake.database,
            intake.clock,
        )
        for one in (intake, other):
            one.app.state.beginnings = Beginnings(BlindIndex.from_settings(one.app.state.settings, "intake"), A_FEW)
        fronts = [FrontEnd(one, headers={"X-Forwarded-For": "9.9.9.9"}) for one in (intake, other)]

        answers = await asyncio.gather(*(front.try_to_begin() for front in fronts for _ in range(2 * A_FEW)))

        assert sorted(answer.status_code for answer in answers) == [201] * A_FEW + [429] * 3 * A_FEW
        neighbour = await fronts[0].try_to_begin(**{"X-Forwarded-For": "9.9.9.8"})
        assert neighbour.status_code == 201
        await other.http.aclose()
    assert await intake.count("request_draft") == A_FEW + 1


async def test_on_the_pages_a_burst_is_led_to_the_short_form(intake: Intake):
    intake.app.state.beginnings = Beginnings(BlindIndex.from_settings(intake.app.state.settings, "intake"), 1)
    begin = {"url": "/request/en", "data": {"who": "self"}, "headers": {"X-Forwarded-For": "9.9.9.9"}}

    first, second = await intake.http.post(**begin), await intake.http.post(**begin)

    assert first.headers["location"].startswith("/request/g/")
    assert second.headers["location"] == "/request/short/en"
    assert await intake.count("request_draft") == 1


async def test_the_next_hour_counts_anew(intake: Intake):
    intake.app.state.beginnings = Beginnings(BlindIndex.from_settings(intake.app.state.settings, "intake"), 1)
    front = FrontEnd(intake, headers={"X-Forwarded-For": "2620:fe::9"})
    await front.begin()
    refused = await front.try_to_begin(**{"X-Forwarded-For": "2620:fe::8"})
    intake.clock.advance(HOUR)

    again = await front.try_to_begin()

    assert (refused.status_code, again.status_code) == (429, 201)


async def test_an_hour_of_callers_takes_no_more_room_than_there_are_callers(intake: Intake):
    intake.app.state.beginnings = Beginnings(BlindIndex.from_settings(intake.app.state.settings, "intake"), 1)
    for n in range(4):
        await FrontEnd(intake).try_to_begin(**{"X-Forwarded-For": f"9.9.9.{n % 2}"})

    assert [row["asked"] for row in await intake.rows("select asked from contact_share")] == [1, 1]


async def test_a_foreign_page_begins_answers_and_sends_nothing(make_intake):
    intake = await make_intake(cors_origins=[FRONT])
    front = await (await FrontEnd(intake).begin()).walk_to()
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}

    refused = [
        await front.try_to_begin(**foreign),
        await front.say("name", {"name": "Somebody Else"}, 1, **foreign),
        await front.send(**foreign),
    ]

    assert {answer.status_code for answer in refused} == {403}
    assert "access-control-allow-origin" not in refused[0].headers
    assert await intake.count("request_draft") == 1
    assert await intake.count("consultation_request") == 0


async def test_a_front_end_reads_refusals_too(make_intake):
    intake = await make_intake(cors_origins=[FRONT])

    answer = await intake.http.post(DRAFTS, json={"who": "nobody"}, headers={"Origin": FRONT})

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (422, FRONT)
