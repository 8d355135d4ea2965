"""The same request twice has one effect and one answer, also when both come at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from starlette.requests import Request

from shared.database import Database, pool
from shared.keyring.ciphers import ServiceCipher
from shared.web.form_key import FormKeyRefused, FormKeys
from shared.web.idempotency import (
    ANSWER_KEPT,
    KEY_KEPT,
    Answer,
    AnswerGone,
    Answers,
    KeyMalformed,
    KeyUsedForAnother,
    StillInHand,
    forget_answers,
    form_key,
    header_key,
)
from tests.integration.guard.conftest import SERVICE

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def answers() -> Answers:
    return Answers(ServiceCipher(b"k" * 32, "scheduling"))


def request(
    body: bytes = b"{}", *, keys: tuple[str, ...] = (KEY,), path: str = "/api/x", kind: str = "application/json"
):
    headers = [(b"content-type", kind.encode()), *((b"idempotency-key", key.encode("latin-1")) for key in keys)]
    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return given.pop(0)

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers, "app": None}
    scope["server"] = ("test", 80)
    return Request(scope, receive)


async def effects(database) -> int:
    async with database.transaction() as tx:
        return await tx.fetchval("select count(*) from staff_directory")


async def do(
    database,
    answers,
    key,
    *,
    fail: bool = False,
    pause: float = 0,
    begun: asyncio.Event | None = None,
    together: bool = False,
) -> Answer:
    """A route: one effect (a row) and its answer."""

    async def effect(tx) -> Answer:
        number = await tx.fetchval(
            """
            insert into staff_directory (staff_id, clinic_id, display_name, roles, active, version)
            values (gen_random_uuid(), gen_random_uuid(), 'x', '{}', true, 1)
            returning staff_id::text
            """
        )
        if begun is not None:
            begun.set()
        await asyncio.sleep(pause)
        if fail:
            raise RuntimeError("the effect failed")
        return Answer(201, number.encode(), headers={"Location": f"/api/x/{number}"})

    return await answers.once(database.together if together else database.alone, key, effect)


async def test_the_same_key_and_body_get_the_same_answer_and_one_effect(database, answers):
    first = await do(database, answers, await header_key(request()))
    second = await do(database, answers, await header_key(request()))

    assert first == second
    assert await effects(database) == 1


@pytest.mark.parametrize("together", [False, True])
async def test_ten_at_once_have_one_effect_and_one_answer(database, answers, together):
    keys = [await header_key(request()) for _ in range(10)]

    given = await asyncio.gather(*(do(database, answers, key, pause=0.05, together=together) for key in keys))

    assert len({answer.body for answer in given}) == 1
    assert await effects(database) == 1


async def test_other_keys_in_one_transaction_have_each_their_own_effect(database, answers):
    keys = [await header_key(request(keys=(f"key-number-{n}",))) for n in range(4)]

    given = await asyncio.gather(*(do(database, answers, key, together=True) for key in keys))
    again = await asyncio.gather(*(do(database, answers, key, together=True) for key in keys))

    assert given == again
    assert await effects(database) == 4


async def test_when_the_first_fails_the_second_does_it(database, answers):
    key = await header_key(request())

    first, second = await asyncio.gather(
        do(database, answers, key, fail=True, pause=0.2), do(database, answers, key), return_exceptions=True
    )

    assert [type(first), type(second)].count(RuntimeError) <= 1
    assert await effects(database) == 1
    again = await do(database, answers, key)
    assert isinstance(second, Answer)
    assert again == second


@pytest.mark.parametrize(
    "other",
    [{"body": b'{"a":1}'}, {"path": "/api/y"}],
    ids=["another body", "another path"],
)
async def test_the_same_key_for_something_else_is_refused(database, answers, other):
    await do(database, answers, await header_key(request()))

    with pytest.raises(KeyUsedForAnother):
        await do(database, answers, await header_key(request(**other)))
    assert await effects(database) == 1


async def test_two_clients_may_use_the_same_key(database, answers):
    first = await do(database, answers, await header_key(request(), "staff:1"))
    second = await do(database, answers, await header_key(request(), "staff:2"))

    assert first != second
    assert await effects(database) == 2


async def test_after_a_day_the_answer_is_gone_and_still_nothing_is_done_twice(database, answers, clock):
    key = await header_key(request())
    first = await do(database, answers, key)
    clock.advance(ANSWER_KEPT - timedelta(seconds=1))
    assert await do(database, answers, key) == first

    clock.advance(timedelta(seconds=1))
    with pytest.raises(AnswerGone):
        await do(database, answers, key)
    with pytest.raises(KeyUsedForAnother):
        await do(database, answers, await header_key(request(b'{"a":1}')))
    assert await effects(database) == 1


async def test_forgetting_removes_answers_after_a_day_and_keys_after_the_years_of_the_outbox(database, answers, clock):
    key = await header_key(request())
    await do(database, answers, key)

    assert await _forget(database) == (0, 1, 1)
    clock.advance(ANSWER_KEPT)
    assert await _forget(database) == (1, 0, 1)
    assert await _forget(database) == (0, 0, 1)
    clock.advance(KEY_KEPT - ANSWER_KEPT)
    assert await _forget(database) == (1, 0, 0)


async def _forget(database) -> tuple[int, int, int]:
    """(rows touched, answers left, keys left)."""
    async with database.transaction() as tx:
        touched = await forget_answers(tx)
        left = await tx.fetchrow("select count(answer) as answers, count(*) as keys from idempotency")
    return touched, left["answers"], left["keys"]


async def test_an_answer_is_sealed_where_it_lies(database, answers):
    answer = await do(database, answers, await header_key(request()))

    async with database.transaction() as tx:
        stored = await tx.fetchval("select answer from idempotency")
    assert answer.body not in stored
    assert b"Location" not in stored


@pytest.fixture
async def impatient(place, clock, monkeypatch) -> AsyncIterator[Database]:
    """The same database, where a lock is waited for a thirtieth of the time."""
    monkeypatch.setitem(pool.SESSION, "lock_timeout", "100ms")
    opened = await place.open(SERVICE, clock)
    yield opened
    await opened.close()


async def _hanging(database, answers, key, **how) -> asyncio.Task[Answer]:
    """The first press, which has got as far as its effect."""
    begun = asyncio.Event()
    first = asyncio.create_task(do(database, answers, key, begun=begun, **how))
    await begun.wait()
    return first


async def test_who_presses_again_while_the_first_hangs_gets_its_answer(impatient, answers):
    key = await header_key(request())
    first = await _hanging(impatient, answers, key, pause=0.4)

    second = await do(impatient, answers, key)

    assert second == await first
    assert await effects(impatient) == 1


async def test_when_the_first_hangs_and_fails_the_second_does_it(impatient, answers):
    key = await header_key(request())
    first = await _hanging(impatient, answers, key, pause=0.4, fail=True)

    second = await do(impatient, answers, key)

    with pytest.raises(RuntimeError):
        await first
    assert second.status == 201
    assert await effects(impatient) == 1


async def test_who_waited_in_vain_is_told_that_it_is_still_in_hand(impatient, answers):
    key = await header_key(request())
    first = await _hanging(impatient, answers, key, pause=3)

    with pytest.raises(StillInHand):
        await do(impatient, answers, key)

    await first
    assert await effects(impatient) == 1


async def test_without_a_header_there_is_no_key():
    assert await header_key(request(keys=())) is None


@pytest.mark.parametrize(
    "keys", [("",), ("short",), ("a" * 201,), ("has a space in it",), ("ünïcode-key",), (KEY, KEY)]
)
async def test_a_key_that_cannot_be_used_is_named_so(keys):
    with pytest.raises(KeyMalformed):
        await header_key(request(keys=keys))


async def test_a_form_sent_twice_is_one_form_whatever_the_order_of_its_fields(clock):
    keys = FormKeys(b"k" * 32, clock)
    key, kind = keys.new(), "application/x-www-form-urlencoded"

    first = await form_key(request(f"form_key={key}&a=1&b=2".encode(), kind=kind), keys)
    second = await form_key(request(f"b=2&a=1&form_key={key}".encode(), kind=kind), keys)
    changed = await form_key(request(f"b=3&a=1&form_key={key}".encode(), kind=kind), keys)

    assert first == second
    assert changed.key == first.key
    assert changed.body_hash != first.body_hash


async def test_a_form_without_its_key_is_refused(clock):
    keys, kind = FormKeys(b"k" * 32, clock), "application/x-www-form-urlencoded"

    for body in (b"a=1", b"form_key=", b"form_key=invented"):
        with pytest.raises(FormKeyRefused):
            await form_key(request(body, kind=kind), keys)
