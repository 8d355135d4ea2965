"""Callers who come at once share a transaction, and notice nothing of each other."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from shared.database import Database, forerunner
from shared.database.group_commit import GroupCommit
from shared.database.shared_transaction import SharedTransaction
from shared.database.transaction import Transaction
from shared.ids import uuid7
from shared.keyring.ciphers import ServiceCipher
from shared.messaging.cause import Cause, because_of
from shared.web.idempotency import Answer, Answers, RequestKey
from tests.integration.database.test_transaction import Flag, risk

PATIENCE = 60
"""Seconds, for machines that have much to do."""


@pytest.fixture
async def database(scratch):
    place = await scratch("intake")
    database = await place.open("intake")
    yield database
    await database.close()


async def transaction_id(tx: Transaction) -> int:
    return int(await tx.fetchval("select pg_current_xact_id()::text"))


async def say(tx: Transaction) -> None:
    tx.emit(risk(), of=Flag(uuid7(), 1))


async def say_and_fail(tx: Transaction) -> None:
    await say(tx)
    raise ZeroDivisionError


async def say_and_break(tx: Transaction) -> None:
    await say(tx)
    await tx.execute("select 1 / 0")


async def said(database) -> int:
    async with database.transaction() as tx:
        return await tx.fetchval("select count(*) from outbox")


@dataclass
class Counted:
    """Work that counts how often it was done."""

    times: int = 0

    async def work(self, _: Transaction) -> None:
        self.times += 1


@dataclass
class SlowDisk:
    """Opens transactions, and keeps back the commit of the first until it is told to go on."""

    database: Database
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    breaks: bool = False

    @asynccontextmanager
    async def open(self):
        async with self.database.transaction() as tx:
            yield SharedTransaction(tx.connection, tx.service, tx.now)
            if self.reached.is_set():
                return
            self.reached.set()
            await self.goes_on.wait()
            if self.breaks:
                raise ConnectionResetError


@pytest.fixture
def disk(database):
    return SlowDisk(database)


async def test_who_comes_at_once_shares_a_transaction(database):
    ids = await asyncio.gather(*(database.together(transaction_id) for _ in range(8)))

    assert len(set(ids)) == 1


async def test_who_comes_later_has_another(database):
    assert await database.together(transaction_id) != await database.together(transaction_id)


@pytest.mark.parametrize("wrong", [say_and_fail, say_and_break])
async def test_what_fails_fails_alone(database, wrong):
    answers = await asyncio.gather(
        *(database.together(work) for work in (say, wrong, say, say)), return_exceptions=True
    )

    assert [isinstance(answer, Exception) for answer in answers] == [False, True, False, False]
    assert await said(database) == 3


async def test_an_event_names_the_cause_of_its_own_caller(database):
    async def ask(story: str) -> None:
        with because_of(Cause(story)):
            await database.together(say)

    await asyncio.gather(ask("first-story"), ask("second-story"))

    async with database.transaction() as tx:
        rows = await tx.fetch("select headers from outbox order by seq")
    assert [json.loads(row["headers"])["ce_correlationid"] for row in rows] == ["first-story", "second-story"]


async def test_a_commit_that_was_not_answered_is_not_tried_again(database):
    @asynccontextmanager
    async def lost_at_the_commit():
        async with database.transaction() as tx:
            yield SharedTransaction(tx.connection, tx.service, tx.now)
        raise ConnectionResetError

    group, counted = GroupCommit(lost_at_the_commit), Counted()
    answers = await asyncio.gather(*(group.run(counted.work) for _ in range(3)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [ConnectionResetError] * 3
    assert counted.times == 3


async def test_who_waits_for_others_does_not_hold_up_the_next(database):
    free = asyncio.Event()

    async def wait(_: Transaction) -> None:
        await free.wait()

    stuck = asyncio.create_task(database.together(wait))
    await asyncio.sleep(0)
    for _ in range(2):  # who comes while the first is waited for, and who comes when it no longer is
        await asyncio.wait_for(database.together(say), PATIENCE)

    assert not stuck.done()
    free.set()
    await asyncio.wait([stuck])


async def test_a_caller_who_went_away_leaves_the_others_theirs(database):
    gone = asyncio.create_task(database.together(say))
    stays = asyncio.create_task(database.together(say))
    await asyncio.sleep(0)
    gone.cancel()

    await stays

    assert await said(database) == 2


async def test_the_next_is_served_while_the_disk_keeps_the_one_before(disk):
    group = GroupCommit(disk.open)
    first = asyncio.create_task(group.run(transaction_id))
    await asyncio.wait_for(disk.reached.wait(), PATIENCE)

    second = await asyncio.wait_for(group.run(transaction_id), PATIENCE)

    assert not first.done()
    disk.goes_on.set()
    assert await first != second


async def committed_before(tx: Transaction) -> int:
    """The newest transaction that is over, once those before are."""
    await tx.after_those_before()
    return await tx.fetchval("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")


async def test_who_reads_what_those_before_wrote_waits_until_it_is_committed(disk, monkeypatch):
    monkeypatch.setattr(forerunner, "PATIENCE", PATIENCE)
    group = GroupCommit(disk.open)
    first = asyncio.create_task(group.run(transaction_id))
    await asyncio.wait_for(disk.reached.wait(), PATIENCE)
    second = asyncio.create_task(group.run(committed_before))
    await asyncio.sleep(0.2)

    assert not second.done()
    disk.goes_on.set()
    assert await second >= await first


async def test_nobody_waits_for_long_to_read_what_those_before_wrote(disk):
    group = GroupCommit(disk.open)
    first = asyncio.create_task(group.run(transaction_id))
    await asyncio.wait_for(disk.reached.wait(), PATIENCE)

    before = await asyncio.wait_for(group.run(committed_before), PATIENCE)

    disk.goes_on.set()
    assert before < await first


async def test_the_next_begins_when_nothing_is_left_to_lock_for_the_one_before(database, monkeypatch):
    monkeypatch.setattr(forerunner, "PATIENCE", PATIENCE)
    began, free = asyncio.Event(), asyncio.Event()

    async def work(_: Transaction) -> None:
        began.set()
        await free.wait()

    counted = Counted()
    first = asyncio.create_task(database.together(work))
    await began.wait()
    second = asyncio.create_task(database.together(counted.work))
    await asyncio.sleep(0.2)

    assert counted.times == 0
    free.set()
    await asyncio.gather(first, second)


async def test_a_commit_that_breaks_takes_nothing_from_the_next(disk):
    group, disk.breaks = GroupCommit(disk.open), True
    first = asyncio.create_task(group.run(transaction_id))
    await asyncio.wait_for(disk.reached.wait(), PATIENCE)
    second = asyncio.create_task(group.run(transaction_id))
    await asyncio.wait_for(second, PATIENCE)
    disk.goes_on.set()

    with pytest.raises(ConnectionResetError):
        await first
    async with disk.database.transaction() as tx:
        assert await tx.fetchval("select pg_xact_status($1::text::xid8)", str(second.result())) == "committed"


async def test_under_one_key_the_next_gets_the_answer_of_the_one_before(disk):
    group, answers, counted = GroupCommit(disk.open), Answers(ServiceCipher(bytes(32), "intake")), Counted()
    key = RequestKey("public", "pressed-twice", hashlib.sha256(b"the same body").digest())

    async def do(tx: Transaction) -> Answer:
        await counted.work(tx)
        return Answer(201, str(uuid7()).encode())

    first = asyncio.create_task(answers.once(group.run, key, do))
    await asyncio.wait_for(disk.reached.wait(), PATIENCE)
    second = asyncio.create_task(answers.once(group.run, key, do))
    await asyncio.sleep(0.2)  # it waits for the key, which the first has locked
    disk.goes_on.set()

    assert await second == await first
    assert counted.times == 1


async def test_at_most_one_waits_for_the_disk_while_another_works(database, monkeypatch):
    monkeypatch.setattr(forerunner, "PATIENCE", PATIENCE)
    at_the_disk, free = asyncio.Semaphore(0), asyncio.Event()

    @asynccontextmanager
    async def slow():
        async with database.transaction() as tx:
            yield SharedTransaction(tx.connection, tx.service, tx.now)
            at_the_disk.release()
            await free.wait()

    group, counted = GroupCommit(slow), Counted()
    served = []
    for _ in range(2):
        served.append(asyncio.create_task(group.run(counted.work)))
        await asyncio.wait_for(at_the_disk.acquire(), PATIENCE)
    served.append(asyncio.create_task(group.run(counted.work)))
    await asyncio.sleep(0.2)

    assert counted.times == 2
    free.set()
    await asyncio.gather(*served)


async def promised(tx: Transaction) -> list[str]:
    return list(await tx.promised_before())


class Written:
    """Works that promise what they write, and are kept from writing it until they may."""

    def __init__(self) -> None:
        self.promised, self.may_write = asyncio.Event(), asyncio.Event()

    async def write_all(self, tx: Transaction, rows: Sequence[str]) -> list[None]:
        tx.promise(rows)
        self.promised.set()
        await self.may_write.wait()
        return [None] * len(rows)

    async def one(self, tx: Transaction) -> None:
        await tx.with_others(self.write_all, "a row")

    async def one_if_alone(self, tx: Transaction) -> None:
        """With others it fails, once all has been promised."""
        await self.one(tx)
        if tx.shared:
            raise ZeroDivisionError
        await self.may_write.wait()


async def test_who_knows_what_those_before_write_is_served_while_they_do(database, monkeypatch):
    monkeypatch.setattr(forerunner, "PATIENCE", PATIENCE)
    written = Written()
    before = [asyncio.create_task(database.together(written.one)) for _ in range(2)]
    await asyncio.wait_for(written.promised.wait(), PATIENCE)

    assert await asyncio.wait_for(database.together(promised), PATIENCE) == ["a row", "a row"]

    assert not any(task.done() for task in before)
    written.may_write.set()
    await asyncio.gather(*before)
    assert await database.together(promised) == []


async def test_nothing_is_promised_any_more_by_who_fell_apart(database, monkeypatch):
    monkeypatch.setattr(forerunner, "PATIENCE", PATIENCE)
    written = Written()
    before = [asyncio.create_task(database.together(written.one_if_alone)) for _ in range(2)]
    await asyncio.wait_for(written.promised.wait(), PATIENCE)
    written.promised.clear()
    fell_apart, written.may_write = written.may_write, asyncio.Event()
    fell_apart.set()
    await asyncio.wait_for(written.promised.wait(), PATIENCE)  # each alone, and kept from its end

    after = asyncio.create_task(database.together(promised))
    await asyncio.sleep(0.2)

    assert not after.done()
    written.may_write.set()
    assert await after == []
    await asyncio.gather(*before)


async def test_the_next_wait_for_all_who_have_not_promised_yet(database, monkeypatch):
    monkeypatch.setattr(forerunner, "PATIENCE", PATIENCE)
    first, last = Written(), Written()
    before = [asyncio.create_task(database.together(written.one)) for written in (first, last)]
    await asyncio.wait_for(first.promised.wait(), PATIENCE)
    after = asyncio.create_task(database.together(promised))
    await asyncio.sleep(0.2)
    began_with_the_first = after.done()

    first.may_write.set()
    heard = await asyncio.wait_for(after, PATIENCE)
    last.may_write.set()
    await asyncio.gather(*before)

    assert not began_with_the_first
    assert heard == ["a row", "a row"]
