"""`chairside up`: from the command to "Chairside is ready", the first time and again on kept data.

    python -m benchmarks.startup [--json]

Nothing of the machine's is used but this Python: PostgreSQL and the broker are the embedded ones. The reference is what one
service costs to import, in the same run: it tells a slow machine from a slow start.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.frame import Row, show

READY, LAST_WORDS = b"Chairside is ready", b"Stopped."
ELSEWHERE = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "CHAIRSIDE_HOME")
BOUND = 240.0


async def up(home: Path) -> float:
    """Seconds until it says that it is ready; then it is stopped."""
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    begin = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "operations.main", "up", "--home", str(home)),
        stdout=asyncio.subprocess.PIPE,
        env=environment | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        async with asyncio.timeout(BOUND):
            await _said(process, READY)
            seconds = time.perf_counter() - begin
            process.send_signal(signal.SIGTERM)
            await _said(process, LAST_WORDS)
            await process.wait()
            return seconds
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _said(process: asyncio.subprocess.Process, words: bytes) -> None:
    assert process.stdout is not None
    heard = b""
    while line := await process.stdout.readline():
        heard += line
        if words in line:
            return
    raise RuntimeError(f"`chairside up` ended before it said {words!r}:\n{heard.decode()}")


async def importing(service: str) -> float:
    """Seconds of an interpreter that imports one service and ends."""
    begin = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", f"import services.{service}.app")
    await process.wait()
    return time.perf_counter() - begin


def _folder() -> Path:
    """One that PostgreSQL's own user can walk through."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-bench-"))
    folder.chmod(0o711)
    return folder


async def measure() -> list[Row]:
    folder = _folder()
    try:
        first = await up(folder / "home")
        again = await up(folder / "home")
    finally:
        shutil.rmtree((folder / "home" / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    reference = min([await importing("intake") for _ in range(3)])
    name = "importing one service"
    return [
        Row("`chairside up` → ready, first start", first, "s", reference, name, "≤ 15 s", "≤ 6 s"),
        Row("  again, on kept data", again, "s", reference, name, "≤ 15 s", "≤ 6 s"),
    ]


if __name__ == "__main__":
    show("Start", measure)
