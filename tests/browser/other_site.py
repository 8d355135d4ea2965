"""Intake alone on a port of its own, and beside it another site: the sample front end, and a page with our form in a frame."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

SAMPLE = Path(__file__).parents[2] / "docs" / "front-end"
IN_THE_SAMPLE = "http://127.0.0.1:8080"


def listening() -> socket.socket:
    """On a port that the kernel hands out."""
    return socket.create_server(("127.0.0.1", 0))


def port_of(bound: socket.socket) -> int:
    return bound.getsockname()[1]


def other_site(chairside: str) -> Starlette:
    """The sample, with the address of Chairside changed as its comment says, and a page with a frame."""

    async def sample(_: Any) -> Response:
        return HTMLResponse((SAMPLE / "index.html").read_text().replace(IN_THE_SAMPLE, chairside))

    async def framing(request: Any) -> Response:
        path = request.query_params["path"]
        return HTMLResponse(f'<!doctype html><title>A partner</title><iframe src="{chairside}{path}"></iframe>')

    return Starlette(routes=[Route("/", sample), Route("/framing", framing), Mount("/", StaticFiles(directory=SAMPLE))])


@asynccontextmanager
async def served(app: Any, bound: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", proxy_headers=False))
    running = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:
        assert not running.done()
        await asyncio.sleep(0.02)
    yield
    server.should_exit = True
    await running
