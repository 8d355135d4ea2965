"""The way to PostgreSQL as a socket of its own, which a test may stall: bytes are held, and nothing is closed.

That is what a network does whose packets are lost. Nobody is told anything, so only bounds of their own help who waits.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from operations.embedded.postgres import SOCKET

CHUNK = 1 << 16


class Wire:
    """From a socket in `folder` to the server of `dsn`. `url` leads through it."""

    def __init__(self, dsn: str, folder: Path) -> None:
        parts = urlsplit(dsn)
        self._server = Path(parse_qs(parts.query)["host"][0]) / SOCKET
        self._here = folder / SOCKET
        self._flows = asyncio.Event()
        self._flows.set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self.url = parts._replace(query=f"host={folder}").geturl()
        self.held = 0
        """Bytes that have come and not gone on since it was stalled."""

    async def open(self) -> None:
        self._listener = await asyncio.start_unix_server(self._joined, self._here)

    def stall(self) -> None:
        """In both directions; whoever connects is taken and hears nothing."""
        self.held = 0
        self._flows.clear()

    def mend(self) -> None:
        """What was held arrives."""
        self._flows.set()

    async def close(self) -> None:
        assert self._listener is not None
        self._listener.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self._server)
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                while data := await source.read(CHUNK):
                    if not self._flows.is_set():
                        self.held += len(data)
                    await self._flows.wait()
                    sink.write(data)
                    await sink.drain()
        finally:
            sink.close()


@asynccontextmanager
async def wire_to(dsn: str) -> AsyncIterator[Wire]:
    with tempfile.TemporaryDirectory() as folder:
        wire = Wire(dsn, Path(folder))
        await wire.open()
        try:
            yield wire
        finally:
            wire.mend()
            await wire.close()
