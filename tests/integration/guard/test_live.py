"""Open pages hear of changes after the commit, once, across processes and restarts, and end when they should."""

import asyncio
import contextlib

import asyncpg
import pytest

from shared.web.live import STREAMS_PER_CLIENT, LiveHub, Stopping, TooManyStreams
from shared.web.live_response import EventStream

SOON = 60.0
"""Seconds, for machines that have much to do."""


@pytest.fixture
async def hub(database):
    hub = LiveHub(database)
    await hub.start()
    ready = hub.open(["ready"], "fixture")
    assert await ready.wait(SOON) == ["ready"]  # the listener tells everybody once it listens
    hub.leave(ready)
    yield hub
    await hub.close()


async def change(database, *scopes: str) -> None:
    async with database.transaction() as tx:
        tx.changed(*scopes)


class Browser:
    """An ASGI client of one stream."""

    def __init__(self, response: EventStream) -> None:
        self.text = ""
        self.started: dict[str, object] | None = None
        self.ended = False
        self._gone = asyncio.Event()
        self._more = asyncio.Event()
        self.task = asyncio.create_task(response({"type": "http"}, self._receive, self._send))

    async def _receive(self) -> dict[str, object]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message) -> None:
        if message["type"] == "http.response.start":
            self.started = message
        else:
            self.text += message["body"].decode()
            self.ended = not message["more_body"]
        self._more.set()

    async def sees(self, text: str) -> None:
        async with asyncio.timeout(SOON):
            while text not in self.text:
                self._more.clear()
                await self._more.wait()

    async def leave(self) -> None:
        self._gone.set()
        await asyncio.wait_for(self.task, SOON)


async def test_a_commit_reaches_the_streams_that_asked_for_the_scope(database, hub):
    inbox, board = hub.open(["inbox"], "a"), hub.open(["board"], "a")

    await change(database, "inbox")

    assert await inbox.wait(SOON) == ["inbox"]
    assert await board.wait(0.1) == []


async def test_a_rollback_tells_nobody(database, hub):
    stream = hub.open(["inbox"], "a")

    with contextlib.suppress(RuntimeError):
        async with database.transaction() as tx:
            tx.changed("inbox")
            await tx.flush()
            raise RuntimeError
    assert await stream.wait(0.2) == []


async def test_another_service_in_the_same_database_is_not_heard(database, hub):
    stream = hub.open(["inbox"], "a")

    async with database.transaction() as tx:
        await tx.execute("select pg_notify('changed', 'intake:inbox')")

    assert await stream.wait(0.2) == []


async def test_every_process_hears_it(database, hub):
    other = LiveHub(database)
    await other.start()
    stream = other.open(["inbox", "elsewhere"], "a")
    await stream.wait(SOON)

    await change(database, "inbox")

    assert await stream.wait(SOON) == ["inbox"]
    await other.close()


async def test_a_process_that_begins_to_listen_has_all_others_look_again(database, hub):
    """The one before it may have died between a commit and its announcement."""
    stream = hub.open(["inbox"], "a")
    other = LiveHub(database)
    await other.start()

    assert await stream.wait(SOON) == ["inbox"]
    await other.close()


async def test_what_cannot_be_announced_now_is_announced_later(database, hub, monkeypatch):
    stream = hub.open(["inbox"], "a")
    execute, failures = asyncpg.Pool.execute, iter([OSError("away")])

    async def once_away(*arguments):
        if failure := next(failures, None):
            raise failure
        return await execute(*arguments)

    monkeypatch.setattr(asyncpg.Pool, "execute", once_away)
    await change(database, "inbox")

    assert await stream.wait(SOON) == ["inbox"]


async def test_many_changes_while_a_stream_is_busy_are_told_once(database, hub):
    stream = hub.open(["inbox", "board"], "a")

    last = hub.open(["last"], "a")
    for _ in range(5):
        await change(database, "inbox", "board")
    await change(database, "last")
    assert await last.wait(SOON) == ["last"]  # what was announced before has come before

    assert await stream.wait(SOON) == ["board", "inbox"]
    assert await stream.wait(0.1) == []


async def test_a_lost_connection_is_made_again_and_what_was_missed_is_made_good(place, database, hub):
    stream = hub.open(["inbox"], "a")
    admin = await asyncpg.connect(place.dsn)
    await admin.fetch(
        """
        select pg_terminate_backend(pid, 60000)
          from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()
        """
    )
    await admin.close()

    assert await stream.wait(SOON) == ["inbox"]
    await change(database, "inbox")
    assert await stream.wait(SOON) == ["inbox"]


async def test_a_stream_says_changed_and_which(database, hub):
    browser = Browser(EventStream(hub, hub.open(["inbox"], "a")))
    await browser.sees("retry: ")

    await change(database, "inbox")

    await browser.sees("event: changed\ndata: inbox\n\n")
    headers = dict(browser.started["headers"])
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert headers[b"cache-control"] == b"no-store"
    assert b"content-length" not in headers
    await browser.leave()
    assert len(hub) == 0


async def test_a_quiet_stream_beats(hub):
    browser = Browser(EventStream(hub, hub.open(["inbox"], "a"), heartbeat=0.05))

    await browser.sees(": still here\n\n: still here\n\n")

    assert "event: changed" not in browser.text
    await browser.leave()


async def test_closing_the_hub_ends_streams_at_once_and_takes_no_new_ones(hub):
    browsers = [Browser(EventStream(hub, hub.open(["inbox"], "a"))) for _ in range(3)]
    await browsers[2].sees("retry: ")

    await hub.close()

    await asyncio.wait_for(asyncio.gather(*(browser.task for browser in browsers)), SOON)
    assert all(browser.ended for browser in browsers)
    assert len(hub) == 0
    with pytest.raises(Stopping):
        hub.open(["inbox"], "a")


async def test_a_stream_ends_when_the_session_behind_it_does(hub):
    good = True

    async def still_allowed() -> bool:
        return good

    browser = Browser(EventStream(hub, hub.open(["inbox"], "a"), still_allowed, recheck=0.05))
    await asyncio.sleep(0.2)
    assert not browser.task.done()

    good = False
    await asyncio.wait_for(browser.task, SOON)
    assert browser.ended


async def test_a_session_that_ended_hears_nothing_more_though_much_changes(database, hub):
    async def never() -> bool:
        return False

    browser = Browser(EventStream(hub, hub.open(["inbox"], "a"), never, recheck=0.0))
    await browser.sees("retry: ")
    await change(database, "inbox")
    await asyncio.wait_for(browser.task, SOON)

    assert "changed" not in browser.text


async def test_a_client_has_so_many_streams_and_no_more(hub):
    streams = [hub.open(["inbox"], "a") for _ in range(STREAMS_PER_CLIENT)]

    with pytest.raises(TooManyStreams):
        hub.open(["inbox"], "a")
    hub.open(["inbox"], "b")
    hub.leave(streams[0])
    hub.leave(streams[0])
    hub.open(["inbox"], "a")
    with pytest.raises(TooManyStreams):
        hub.open(["inbox"], "a")


async def test_a_client_that_no_longer_reads_is_let_go(hub, monkeypatch):
    monkeypatch.setattr("shared.web.live_response.SEND_TIMEOUT", 0.05)

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        if message["type"] == "http.response.body":
            await asyncio.sleep(60)

    await asyncio.wait_for(EventStream(hub, hub.open(["inbox"], "a"))({"type": "http"}, receive, send), SOON)
    assert len(hub) == 0


async def test_it_starts_while_the_database_is_away(place, clock):
    settings = place.settings.model_copy(
        update={"database_url": type(place.settings.database_url)("postgresql://127.0.0.1:1/x")}
    )
    from shared.database import Database

    database = await Database.open(settings, "scheduling", clock)
    hub = LiveHub(database)
    await hub.start()
    await asyncio.sleep(0.2)

    assert hub.open(["inbox"], "a")
    await asyncio.wait_for(hub.close(), SOON)
    await database.close()
