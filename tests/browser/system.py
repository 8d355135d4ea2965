"""The whole product for one test run, as `chairside up` starts it on anybody's machine."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psutil

from operations.embedded.held_port import HeldPort
from operations.stack.home import Home, Running

READY_WITHIN = 180.0
STOPPED_WITHIN = 60.0
LAST_WORDS = "Ctrl-C stops everything."
ELSEWHERE = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "CHAIRSIDE_HOME")
"""Would make `up` use servers that others use too."""


@asynccontextmanager
async def running_system(folder: Path, **settings: str) -> AsyncIterator[Running]:
    """Started in `folder`, stopped by Ctrl-C at the end. Raises AssertionError when a process is left then.

    While working on the tests, the `chairside up` of the folder CHAIRSIDE_TEST_HOME spares the start.
    """
    if already := os.environ.get("CHAIRSIDE_TEST_HOME"):
        found = Home(Path(already)).running()
        assert found is not None, f"nothing runs in {already}"
        yield found
        return
    home, port = Home(folder), HeldPort()
    up = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "operations.main", "up", "--port", str(port.number), "--home", str(folder)),
        env={name: value for name, value in os.environ.items() if name not in ELSEWHERE} | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # a Ctrl-C meant for the tests is passed on by them, once
    )
    assert up.stdout is not None
    said: list[str] = []
    try:
        await asyncio.wait_for(_listen(up.stdout, said, until=LAST_WORDS), READY_WITHIN)
        running = home.running()
        assert running is not None, "".join(said)
        listening = asyncio.create_task(_listen(up.stdout, said))
        yield running
        parts = psutil.Process(up.pid).children(recursive=True)
        up.send_signal(signal.SIGINT)
        status = await asyncio.wait_for(up.wait(), STOPPED_WITHIN)
        await listening
        _, left = psutil.wait_procs(parts, timeout=30)
        assert (status, left) == (0, []), "".join(said)
    finally:
        port.release()
        if up.returncode is None:
            up.kill()
            await up.wait()
        # Where nobody but root may walk, the data of PostgreSQL lies elsewhere, behind a link.
        shutil.rmtree(home.postgres.resolve(), ignore_errors=True)


async def _listen(stdout: asyncio.StreamReader, said: list[str], until: str | None = None) -> None:
    while line := (await stdout.readline()).decode():
        said.append(line)
        if until is not None and until in line:
            return
    assert until is None, f"it ended instead of starting:\n{''.join(said)}"


@contextmanager
def resting(running: Running, service: str) -> Iterator[None]:
    """One service neither answers nor hears meanwhile; then it goes on as if nothing had been."""
    process = next(
        one for one in psutil.Process(running.pid).children(recursive=True) if one.cmdline()[-2:] == ["serve", service]
    )
    process.suspend()
    try:
        yield
    finally:
        process.resume()
