"""A live stream through a real server: it arrives, notices a client that left, and holds no stop up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared.web.live import STREAMS_PER_CLIENT, LiveHub, TooManyStreams
from shared.web.live_response import live_response
from shared.web.problem_handlers import install_problems
from shared.web.safety import install_safety

SOON = 60.0
"""Seconds, for machines that have much to do."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """The test keeps its own signals."""
        yield


@pytest.fixture
async def hub(database) -> AsyncIterator[LiveHub]:
    hub = LiveHub(database)
    await hub.start()
    yield hub
    await hub.close()


@pytest.fixture
async def server(place, hub) -> AsyncIterator[uvicorn.Server]:
    app = FastAPI()

    @app.get("/live")
    async def live(request: Request) -> Response:
        return live_response(request, hub, ["inbox"])

    install_safety(app, place.settings)
    install_problems(app)
    server = _Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, proxy_headers=False))
    running = asyncio.create_task(server.serve())
    await _until(lambda: server.started)
    yield server
    server.should_exit = True
    await asyncio.wait_for(running, SOON)


@pytest.fixture
async def client(server) -> AsyncIterator[httpx.AsyncClient]:
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=SOON) as client:
        yield client


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not holds():  # noqa: ASYNC110 - whoever leaves tells nobody
            await asyncio.sleep(0.01)


async def test_a_change_arrives_and_a_client_that_left_is_noticed(database, hub, client):
    async with client.stream("GET", "/live") as answer:
        lines = answer.aiter_lines()
        while await anext(lines):
            pass
        async with database.transaction() as tx:
            tx.changed("inbox")
        seen = [await anext(lines), await anext(lines)]

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert seen == ["event: changed", "data: inbox"]
    await _until(lambda: len(hub) == 0)


async def test_one_subscriber_with_many_ipv6_addresses_is_one_client(hub):
    def asked_from(address: str) -> Response:
        scope = {"type": "http", "headers": [], "state": {"client_address": address}}
        return live_response(Request(scope), hub, ["inbox"])

    for number in range(STREAMS_PER_CLIENT):
        asked_from(f"2001:db8:0:1::{number + 1:x}")

    with pytest.raises(TooManyStreams):
        asked_from("2001:db8:0:1:ffff::1")
    asked_from("2001:db8:0:2::1")


async def test_streams_end_when_the_hub_closes_so_that_the_server_can_stop(hub, client, server):
    async with client.stream("GET", "/live") as answer:
        await _until(lambda: len(hub) == 1)
        await hub.close()
        async with asyncio.timeout(SOON):  # by itself it would go on for ever
            async for _ in answer.aiter_lines():
                pass

    after = await client.get("/live")
    assert (after.status_code, after.headers["retry-after"]) == (503, "2")
