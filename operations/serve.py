"""`chairside serve SERVICE`: one service in this process, until it is told to stop."""

import asyncio
import gc
import importlib
import signal
from types import FrameType
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from operations.loading import loading
from shared.database.roles import SERVICES
from shared.observe.logs import configure_logs
from shared.service import begin_to_leave, end_streams
from shared.settings import Settings
from shared.web.service_token import require_service_keys

GARBAGE = (20_000, 20, 20)
"""Objects made between two searches for garbage. By default 700: a request makes more, and was searched several times."""
GRACE = 5
"""Seconds for requests in hand once the streams have ended; compose waits longer than all the bounds together."""
IDLE = 60
"""Seconds a connection is kept that nobody uses: longer than the front door keeps it, so that it is never closed under a
request that is just coming."""


class Server(uvicorn.Server):
    """uvicorn, stopped so that nobody notices: first the front door leaves us alone, then streams end, then the rest.

    SIGTERM begins it; a second one, or Ctrl-C, ends the waiting.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_seconds: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_seconds = drain_seconds
        self._draining = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        loop = asyncio.get_running_loop()
        wait = self._drain_seconds if sig == signal.SIGTERM and self.started and not self._draining else 0
        self._draining = True
        loop.call_soon_threadsafe(begin_to_leave, self._app)
        loop.call_soon_threadsafe(loop.call_later, wait, self._leave, sig, frame)

    def _leave(self, sig: int, frame: FrameType | None) -> None:
        end_streams(self._app)
        super().handle_exit(sig, frame)


def serve(service: Annotated[str, typer.Argument(help="intake, scheduling or notifications")]) -> None:
    """Run one service in this process. Settings come from the environment and from /run/secrets."""
    if service not in SERVICES:
        raise typer.BadParameter(f"{service!r} is none of {', '.join(SERVICES)}")
    configure_logs(service)
    settings = Settings()  # type: ignore[call-arg]
    require_service_keys(settings, SERVICES)
    with loading():
        app = importlib.import_module(f"services.{service}.app").build(settings)
    gc.set_threshold(*GARBAGE)
    config = uvicorn.Config(
        app,
        host=settings.listen_host,
        port=settings.listen_port,
        loop="uvloop",
        http="httptools",
        access_log=False,  # paths carry tokens
        log_config=None,
        server_header=False,
        proxy_headers=False,  # whose word is believed is decided in shared/web/client_address.py
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=GRACE,
    )
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    Server(config, app, settings.drain_seconds).run()
