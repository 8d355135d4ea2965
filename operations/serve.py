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
from shared.service import end_streams
from shared.settings import Settings

GARBAGE = (20_000, 20, 20)
"""Objects made between two searches for garbage. By default 700: a request makes more, and was searched several times."""
GRACE = 5
"""Seconds for requests in hand once the streams have ended; compose waits longer than all the bounds together."""


class Server(uvicorn.Server):
    """uvicorn, told to end live streams at the signal and not after them."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app = self.config.app
        if isinstance(app, FastAPI) and not self.should_exit:
            loop = asyncio.get_running_loop()
            loop.call_soon_threadsafe(end_streams, app)
        super().handle_exit(sig, frame)


def serve(service: Annotated[str, typer.Argument(help="intake, scheduling or notifications")]) -> None:
    """Run one service in this process. Settings come from the environment and from /run/secrets."""
    if service not in SERVICES:
        raise typer.BadParameter(f"{service!r} is none of {', '.join(SERVICES)}")
    configure_logs(service)
    settings = Settings()  # type: ignore[call-arg]
    with loading():
        app = importlib.import_module(f"services.{service}.app").build(settings)
    gc.set_threshold(*GARBAGE)
    server = Server(
        uvicorn.Config(
            app,
            host=settings.listen_host,
            port=settings.listen_port,
            loop="uvloop",
            http="httptools",
            access_log=False,  # paths carry tokens
            log_config=None,
            server_header=False,
            proxy_headers=False,  # whose word is believed is decided in shared/web/client_address.py
            timeout_graceful_shutdown=GRACE,
        )
    )
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    server.run()
