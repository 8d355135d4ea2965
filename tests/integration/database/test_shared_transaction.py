"""Several works in one transaction, each as if it had it to itself; what all ask at once goes out in one message."""

import asyncio
from collections.abc import Sequence
from functools import partial

import asyncpg
import pytest

from shared.database.forerunner import Forerunner
from shared.database.shared_transaction import SharedTransaction
from shared.database.transaction import Transaction


@pytest.fixture
async def database(scratch):
    place = await scratch("intake")
    database = await place.open("intake")
    yield database
    await database.close()


class Messages:
    """Doubles numbers, in one message for all who ask."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []

    async def double_all(self, tx: Transaction, numbers: Sequence[int]) -> list[int]:
        self.sent.append(list(numbers))
        rows = await tx.fetch(
            "select n * 2 as doubled from unnest($1::int[]) with ordinality as a (n, at) order by at", numbers
        )
        return [row["doubled"] for row in rows]

    async def divide_all(self, tx: Transaction, numbers: Sequence[int]) -> list[int]:
        return [row["n"] for row in await tx.fetch("select 100 / n as n from unnest($1::int[]) as n", numbers)]


async def test_what_all_ask_at_once_goes_out_in_one_message(database):
    messages = Messages()

    answers = await asyncio.gather(
        *(database.together(lambda tx, n=n: tx.with_others(messages.double_all, n)) for n in range(5))
    )

    assert answers == [0, 2, 4, 6, 8]
    assert messages.sent == [[0, 1, 2, 3, 4]]


async def test_who_asks_alone_waits_for_nobody(database):
    messages = Messages()

    async with database.transaction() as tx:
        assert await tx.with_others(messages.double_all, 4) == 8


async def test_who_asks_something_else_first_is_waited_for(database):
    messages = Messages()

    async def at_once(tx: Transaction) -> int:
        return await tx.with_others(messages.double_all, 1)

    async def later(tx: Transaction) -> int:
        return await tx.with_others(messages.double_all, await tx.fetchval("select 20"))

    assert await asyncio.gather(*(database.together(work) for work in (at_once, later, at_once))) == [2, 40, 2]
    assert [sorted(message) for message in messages.sent] == [[1, 1, 20]]


async def test_who_asks_nothing_is_waited_for_no_longer_than_to_its_end(database):
    messages = Messages()

    async def silent(_: Transaction) -> str:
        await asyncio.sleep(0)
        return "silent"

    async def asks_twice(tx: Transaction) -> int:
        return await tx.with_others(messages.double_all, await tx.with_others(messages.double_all, 1))

    assert await asyncio.gather(*(database.together(work) for work in (asks_twice, silent, asks_twice))) == [
        4,
        "silent",
        4,
    ]
    assert messages.sent == [[1, 1], [2, 2]]


async def test_what_each_asks_by_itself_takes_its_turn(database):
    async def counts(tx: Transaction, begin: int) -> list[int]:
        return [await tx.fetchval("select $1::int", begin + n) for n in range(5)]

    async with database.transaction() as tx:
        shared = SharedTransaction(tx.connection, tx.service, tx.now)
        answers = await shared.side_by_side(
            [partial(counts, shared, begin) for begin in (10, 20, 30)], Forerunner(), Forerunner.none()
        )

    assert answers == [list(range(begin, begin + 5)) for begin in (10, 20, 30)]


async def test_a_message_that_fails_fails_only_whoever_caused_it(database):
    messages = Messages()

    answers = await asyncio.gather(
        *(database.together(lambda tx, n=n: tx.with_others(messages.divide_all, n)) for n in (1, 0, 50)),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [int, asyncpg.DivisionByZeroError, int]


async def test_what_may_fail_alone_is_done_alone(database):
    async def tries(tx: Transaction) -> bool:
        async with tx.savepoint():
            return tx.shared

    assert await asyncio.gather(*(database.together(tries) for _ in range(3))) == [False] * 3
