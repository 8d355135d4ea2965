"""An app that a real browser asks, over a real connection."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, async_playwright

from tests.browser.chromium import launch


@asynccontextmanager
async def in_chromium(app: FastAPI) -> AsyncIterator[tuple[Browser, str]]:
    """A browser, and where the app is."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        yield chromium, f"http://127.0.0.1:{listener.getsockname()[1]}"
        await chromium.close()
    server.should_exit = True
    await serving
