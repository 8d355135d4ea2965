"""Child processes that cannot outlive this one, ended politely first and for certain afterwards."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from operations.embedded.account import Account

TETHER = Path(__file__).with_name("tether.py")
Child = subprocess.Popen[bytes]


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    ending: signal.Signals = signal.SIGTERM,
) -> Child:
    """Start `command` in `folder` with its output appended to `log`; it gets `ending` when this process dies.

    Call it from a thread that lives as long as the child may: the kernel watches the starting *thread*. The child
    leads a session of its own, so that Ctrl-C in the terminal reaches only us and we choose the order in which things
    stop.
    """
    uid, gid = (str(account.uid), str(account.gid)) if account else ("", "")
    tethered = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(ending)), uid, gid, *command]
    with log.open("ab") as output:
        return subprocess.Popen(
            tethered,
            cwd=folder,
            env=dict(environment) if environment is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


async def wait(child: Child, seconds: float) -> bool:
    """True as soon as the child has ended, False after `seconds`."""
    deadline = time.monotonic() + seconds
    while child.poll() is None:
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(0.02)
    return True


async def end(child: Child, *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal and give it its seconds; what is left afterwards, children of the child too, is killed."""
    for sign, seconds in steps:
        if child.poll() is not None:
            break
        child.send_signal(sign)
        if await wait(child, seconds):
            break
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    await asyncio.to_thread(child.wait)


def strays(program: str, folder: Path) -> Iterator[psutil.Process]:
    """Running processes that are `program` and stand in `folder`: what an owner that was killed has left behind.

    The working directory is the proof: a number in a pid file may long belong to somebody else.
    """
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error, OSError):
            if process.info["name"] == program and Path(process.cwd()) == folder:
                yield process


async def end_strays(program: str, folder: Path, *steps: tuple[signal.Signals, float]) -> int:
    """End every stray of `program` in `folder`, the oldest first; returns how many there were."""
    found = sorted(strays(program, folder.resolve()), key=lambda process: process.create_time())
    for process in found:
        for sign, seconds in [*steps, (signal.SIGKILL, 5.0)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(sign)
            if await _gone(process, seconds):
                break
    return len(found)


async def _gone(process: psutil.Process, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _alive(process):
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(0.02)
    return True


def _alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a child's output, for the message that says why it did not start."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
