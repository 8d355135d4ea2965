"""Sends one request again and again, from a process of its own, and says how long each answer took.

Eight `#` in the body are the number of the request, six its last digits: nobody asks twice, in this run or in the next. Whose
contact is known costs PostgreSQL twice as much.

    python -m benchmarks.load --port P --path /api/… --body FILE (--connections N | --rate R) --seconds S

Closed loop: N connections, each sends as soon as it was answered. Open loop: R a second, whatever comes back; a time counts
from the moment the request was due, so that a stalled server cannot hide its queue. Plain asyncio and a parser in C: about
60 µs of CPU a request, a tenth of what is measured; it still shares the machine's cores with it.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httptools
import uvloop

from benchmarks.frame import own_cpu
from operations.player.open_loop import open_loop

WARM_UP = 2.0
"""Seconds at the beginning that do not count."""
FASTER_THAN_ANY_SERVER = 100_000
"""Nanoseconds for each number: requests are numbered by the clock, and no run comes to where the next one begins."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came back. `waits` are seconds, in the order of the answers."""

    waits: list[float]
    seconds: float
    statuses: dict[str, int]
    cpu: float

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    @property
    def refused(self) -> int:
        """Answers other than 201, and none at all."""
        return sum(count for status, count in self.statuses.items() if status != "201")


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """The status, once the whole answer is there."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        status, self._parser = self._parser.get_status_code(), httptools.HttpResponseParser(self)
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())


class Sender:
    """The waits and statuses of one run."""

    def __init__(self, port: int, path: str, body: bytes) -> None:
        self._port = port
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._request = head.encode() + body
        self._sent = time.time_ns() // FASTER_THAN_ANY_SERVER
        self._free: list[Connection] = []
        self.waits: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.counts_from = 0.0

    async def send(self, due: float) -> None:
        """One request, on a connection that is free or new."""
        connection = await self._connected()
        try:
            status = await connection.ask(self._next_request())
        except OSError as error:
            self.statuses[type(error).__name__] += 1
            return
        now = time.perf_counter()
        if due >= self.counts_from:
            self.waits.append(now - due)
            self.statuses[str(status)] += 1
        self._free.append(connection)

    def _next_request(self) -> bytes:
        self._sent += 1
        number = self._sent % 10**8
        return self._request.replace(b"#" * 8, b"%08d" % number).replace(b"#" * 6, b"%06d" % (number % 10**6))

    async def _connected(self) -> Connection:
        while self._free:
            if (connection := self._free.pop()).open:  # the server closes those that were idle for long
                return connection
        return await self._connect()

    async def connect(self, count: int) -> None:
        self._free += [await self._connect() for _ in range(count)]

    async def _connect(self) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port)
        return connection


async def closed_loop(sender: Sender, connections: int, until: float) -> None:
    async def go_on() -> None:
        while (now := time.perf_counter()) < until:
            await sender.send(now)

    await sender.connect(connections)
    await asyncio.gather(*(go_on() for _ in range(connections)))


async def steady_loop(sender: Sender, rate: float, until: float) -> None:
    await sender.connect(16)
    await open_loop(rate, until, sender.send)


async def run(port: int, path: str, body: bytes, connections: int, rate: float, seconds: float) -> Load:
    sender = Sender(port, path, body)
    begin = time.perf_counter()
    sender.counts_from = begin + WARM_UP
    until = sender.counts_from + seconds
    cpu = own_cpu()
    await (steady_loop(sender, rate, until) if rate else closed_loop(sender, connections, until))
    return Load(sender.waits, seconds, dict(sender.statuses), own_cpu() - cpu)


@contextlib.asynccontextmanager
async def load(
    port: int, path: str, body: Path, *, connections: int = 0, rate: float = 0, seconds: float = 8
) -> AsyncIterator["asyncio.Task[Load]"]:
    """The same in a process of its own, running within the block; await the task for what came back."""
    program = (sys.executable, "-m", "benchmarks.load", "--port", str(port), "--path", path, "--body", str(body))
    numbers = ("--connections", str(connections), "--rate", str(rate), "--seconds", str(seconds))
    process = await asyncio.create_subprocess_exec(*program, *numbers, stdout=asyncio.subprocess.PIPE)

    async def said() -> Load:
        out, _ = await process.communicate()
        return Load(**json.loads(out))

    task = asyncio.create_task(said())
    try:
        yield task
        await task
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--body", type=Path, required=True)
    parser.add_argument("--connections", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=8)
    asked = parser.parse_args()
    found = uvloop.run(
        run(asked.port, asked.path, asked.body.read_bytes(), asked.connections, asked.rate, asked.seconds)
    )
    json.dump(
        {"waits": found.waits, "seconds": found.seconds, "statuses": found.statuses, "cpu": found.cpu}, sys.stdout
    )


if __name__ == "__main__":
    main()
