"""PostgreSQL 18 in a folder: one start, one stop, on a Unix socket that only its own user and root can open.

    async with EmbeddedPostgres(Path(".chairside/postgres")) as postgres:
        connection = await asyncpg.connect(postgres.dsn())

A folder holds `data`, `run` (the socket) and `server.log`. Data stays and is used again by the next start, also when
the owner or the server was killed. fsync is on, as everywhere.
"""

import asyncio
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import quote

from operations.embedded import children
from operations.embedded.account import Account, own_place, reachable, unprivileged
from operations.embedded.errors import EmbeddedError
from operations.embedded.lock import FolderLock
from operations.embedded.postgres_programs import programs

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # bytes; sockaddr_un has room for 108 with the closing NUL
SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "200", "timezone": "UTC"}
START_BOUND = 60.0
STOP_STEPS = (
    (signal.SIGINT, 20.0),
    (signal.SIGQUIT, 5.0),
)  # PostgreSQL's "fast", then "immediate" (which recovers at the start)


class EmbeddedPostgres:
    """A server of one's own. `settings` are added to its command line."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._asked = folder.absolute()
        self._settings = {**SETTINGS, **(settings or {})}
        self._account = unprivileged()
        self._child: children.Child | None = None
        self._lock: FolderLock | None = None
        self._socket_folder: Path | None = None

    @property
    def folder(self) -> Path:
        """Where the data really lies: below the folder asked for, or where the server's user can reach it."""
        return self._asked.resolve()

    @property
    def pid(self) -> int | None:
        """The server's process while it runs, else None."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def dsn(self, database: str = "postgres", user: str = "postgres") -> str:
        """A URL for asyncpg. Every user is trusted: only root and the server's own user can open the socket."""
        if self._socket_folder is None:
            raise EmbeddedError("PostgreSQL has not been started")
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self._socket_folder))}"

    async def start(self) -> None:
        """Ready for queries on return. Raises FolderInUseError when another living process owns the folder."""
        self._settle()
        if self._lock is None:  # after `kill` the folder is still ours
            lock = FolderLock(self.folder)
            lock.take()
            self._lock = lock
        try:
            bin_folder = programs(self._account)
            data = self.folder / "data"
            await children.end_strays("postgres", data, *STOP_STEPS)
            if not data.exists():
                await self._create(bin_folder, data)
            # No server of ours is left, so the file is stale; its number may belong to a stranger by now, and
            # PostgreSQL would then refuse to start.
            (data / "postmaster.pid").unlink(missing_ok=True)
            self._socket_folder = self._make_socket_folder()
            settings = {**self._settings, "unix_socket_directories": str(self._socket_folder)}
            arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            self._child = children.spawn(
                [str(bin_folder / "postgres"), "-D", str(data), *arguments],
                log=self.log,
                account=self._account,
                ending=signal.SIGINT,
            )
            await self._ready(data)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Everything committed is on disk and no process is left; harmless when nothing runs."""
        if self._child is not None:
            await children.end(self._child, *STOP_STEPS)
            self._child = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def kill(self) -> None:
        """What a crash does: the server is gone between two instructions; `start` recovers."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def delete(self) -> None:
        """Remove the data of a stopped server, wherever it lies."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._asked.is_symlink():
            self._asked.unlink()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _settle(self) -> None:
        """Make the folder, or, where the server's user could not walk to it, a link to one it can walk to."""
        if self._account and not self._asked.is_symlink() and not reachable(self._asked):
            elsewhere = Path(tempfile.mkdtemp(prefix="postgres-", dir=own_place()))
            elsewhere.chmod(0o711)
            self._asked.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):
                self._asked.rmdir()
            self._asked.symlink_to(elsewhere)
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)

    async def _create(self, bin_folder: Path, data: Path) -> None:
        unfinished = data.with_name("data.unfinished")  # initdb that is killed halfway must not look like a database
        shutil.rmtree(unfinished, ignore_errors=True)
        self._private(unfinished)
        child = children.spawn(
            [
                str(bin_folder / "initdb"),
                *("-D", str(unfinished), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--locale=C.UTF-8"),
            ],
            log=self.log,
            account=self._account,
            environment={**os.environ, "LC_ALL": "C", "LANG": "C"},
        )
        if not await children.wait(child, START_BOUND) or child.returncode != 0:
            await children.end(child)
            raise EmbeddedError(f"PostgreSQL could not create its data in {data}:\n{children.last_lines(self.log)}")
        unfinished.rename(data)

    def _make_socket_folder(self) -> Path:
        folder = self.folder / "run"
        if len(os.fsencode(folder / SOCKET)) > LONGEST_SOCKET_PATH:
            name = sha256(os.fsencode(self.folder)).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"chairside-{os.geteuid()}-{name}"
        self._private(folder)
        return folder

    def _private(self, folder: Path) -> None:
        """A directory of the server's user alone; one that somebody else made first, in a shared place, is refused."""
        owner = self._account or Account(os.geteuid(), os.getegid())
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, owner.uid, owner.gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid or found.st_mode & 0o077:
            raise EmbeddedError(f"{folder} belongs to somebody else; remove it and start again")

    async def _ready(self, data: Path) -> None:
        deadline = time.monotonic() + START_BOUND
        while time.monotonic() < deadline and self._child is not None and self._child.poll() is None:
            with suppress(OSError):
                # The eighth line is the server's own word about its state.
                state = (data / "postmaster.pid").read_text().splitlines()[7:8]
                if state and state[0].strip() == "ready":
                    return
            await asyncio.sleep(0.01)
        raise EmbeddedError(f"PostgreSQL did not start in {data}:\n{children.last_lines(self.log)}")


@asynccontextmanager
async def temporary_postgres(
    *, settings: Mapping[str, str] | None = None, under: Path | None = None
) -> AsyncIterator[EmbeddedPostgres]:
    """A server for one test run: starts empty, leaves nothing. Its folder lies `under` this one."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-", dir=under))
    folder.chmod(0o711)
    postgres = EmbeddedPostgres(folder / "postgres", settings=settings)
    try:
        async with postgres:
            yield postgres
    finally:
        postgres.delete()
        shutil.rmtree(folder, ignore_errors=True)
