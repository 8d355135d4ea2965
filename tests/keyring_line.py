"""The way from a service to the keyring's server, which a test may cut."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from operations.embedded.postgres import SOCKET
from shared.keyring.keyring import ROLE


class KeyringLine:
    """A folder with the server's socket in it. `url` leads through it."""

    def __init__(self, dsn: str, admin_dsn: str, folder: Path) -> None:
        parts = urlsplit(dsn)
        self._admin_dsn = admin_dsn
        self._server = Path(parse_qs(parts.query)["host"][0]) / SOCKET
        self._here = folder / SOCKET
        self._silent: asyncio.Server | None = None
        self.url = parts._replace(query=f"host={folder}").geturl()
        self._here.symlink_to(self._server)

    async def cut(self) -> None:
        """Nobody listens, and open connections end."""
        self._here.unlink()
        await self._hang_up()

    async def silence(self) -> None:
        """Connections are taken, and nobody ever answers."""
        await self.cut()

        async def say_nothing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            await asyncio.Event().wait()

        self._silent = await asyncio.start_unix_server(say_nothing, self._here)

    async def mend(self) -> None:
        await self.end()
        self._here.unlink(missing_ok=True)
        self._here.symlink_to(self._server)

    async def end(self) -> None:
        if self._silent is not None:
            self._silent.close()
            self._silent = None

    async def _hang_up(self) -> None:
        admin = await asyncpg.connect(self._admin_dsn)
        try:
            await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = $1", ROLE)
        finally:
            await admin.close()


@asynccontextmanager
async def open_line(dsn: str, admin_dsn: str) -> AsyncIterator[KeyringLine]:
    with tempfile.TemporaryDirectory() as folder:
        line = KeyringLine(dsn, admin_dsn, Path(folder))
        try:
            yield line
        finally:
            await line.end()
