"""A part of the running stack: something that starts, can be seen to live, and stops."""

import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from operations.embedded import children
from operations.embedded.errors import EmbeddedError
from operations.stack.process_record import ProcessRecord

CHAIRSIDE = (sys.executable, "-m", "operations.main")
"""The command of this program, with this Python."""
READY_BOUND = 60.0
STOP_BOUND = 15.0


class Part(Protocol):
    """What the supervisor needs to know. Embedded Postgres and the embedded broker are parts as they are."""

    @property
    def pid(self) -> int | None:
        """Its process while it runs, else None."""
        ...

    async def start(self) -> None:
        """Returns when it is ready. Raises EmbeddedError with the reason when it does not get there."""
        ...

    async def stop(self) -> None:
        """Ends within a bound, whatever the process thinks of it."""
        ...


class ProcessPart:
    """One program of ours: a service, the mail sink, the front door."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        ready: Callable[[int], Awaitable[bool]],
        record: ProcessRecord,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        stop_bound: float = STOP_BOUND,
    ) -> None:
        """`ready` is asked with the process id until it says yes. `stop_bound` is in seconds; then it is killed."""
        self.name = name
        self._command = list(command)
        self._log = log
        self._ready = ready
        self._record = record
        self._environment = environment
        self._folder = folder
        self._stop_bound = stop_bound
        self._child: children.Child | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    async def start(self) -> None:
        begin = self._log.stat().st_size if self._log.exists() else 0
        child = children.spawn(
            self._command, log=self._log, environment=self._environment, folder=self._folder, ending=signal.SIGTERM
        )
        self._child = child
        self._record.add(self.name, child.pid, self._command)
        deadline = time.monotonic() + READY_BOUND
        while time.monotonic() < deadline:
            if child.poll() is not None:
                raise EmbeddedError(f"{self.name} ended with status {child.returncode}:\n{self._said(begin)}")
            if await self._ready(child.pid):
                return
            await asyncio.sleep(0.05)
        raise EmbeddedError(f"{self.name} was not ready after {READY_BOUND:.0f} s:\n{self._said(begin)}")

    async def stop(self) -> None:
        if self._child is not None:
            await children.end(self._child, (signal.SIGTERM, self._stop_bound))
            self._child = None
        self._record.remove(self.name)

    def _said(self, begin: int) -> str:
        with self._log.open("rb") as log:
            log.seek(begin)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-20:])


async def run_job(
    name: str, command: Sequence[str], *, log: Path, environment: Mapping[str, str], bound: float = 120.0
) -> None:
    """Run a program to its end. Raises EmbeddedError with its last words when that is not a good one."""
    child = children.spawn(command, log=log, environment=environment)
    try:
        ended = await children.wait(child, bound)
    finally:
        await children.end(child, (signal.SIGTERM, 5.0))
    if not ended or child.returncode != 0:
        raise EmbeddedError(f"{name} did not succeed; its last words, of {log}:\n{children.last_lines(log, 20)}")


async def http_answers(port: int, path: str, *, seconds: float = 2.0) -> bool:
    """Whether a GET on loopback is answered with 200 in time."""
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.close()
    return False
