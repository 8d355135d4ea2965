"""`chairside up`: everything on this machine, from nothing but this Python, until Ctrl-C."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from operations.embedded.errors import EmbeddedError, FolderInUseError
from operations.embedded.lock import FolderLock
from operations.stack.home import Home, home_folder
from operations.stack.process_record import ProcessRecord
from operations.stack.start import Stack, start_stack
from operations.stack.supervisor import Supervisor


def up(
    port: Annotated[
        int | None, typer.Option(help="Port of the front door; by default 8080 or the next free one")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Folder of data, secrets and logs [CHAIRSIDE_HOME, .chairside]")
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Without the demo clinic and its staff")] = False,
    replicas: Annotated[int, typer.Option(min=1, max=9, help="Processes of each service, side by side")] = 1,
) -> None:
    """Start everything on this machine with embedded parts and a demo clinic. Ctrl-C stops it and leaves no process."""
    raise SystemExit(asyncio.run(run(home_folder(home), port, replicas=replicas, demo_clinic=not empty)))


async def run(home: Home, port: int | None, *, replicas: int, demo_clinic: bool, console: Console | None = None) -> int:
    """The exit status: 0 after an orderly stop, 1 when it could not start."""
    console = console or Console(soft_wrap=True, highlight=False)
    home.prepare()
    lock = FolderLock(home.folder)
    try:
        lock.take()
    except FolderInUseError as in_use:
        running = home.running()
        console.print(f"Already running at {running.url}" if running else str(in_use), style="bold")
        return 1
    record = ProcessRecord(home.processes)
    for name in record.end_leftovers():
        console.print(f"Ended what an earlier start had left behind: {name}", style="dim")
    supervisor = Supervisor(lambda words: console.print(words, style="yellow"))
    asked_to_stop = _stop_signals()
    begin = time.monotonic()
    try:
        coming_up = start_stack(home, port, supervisor, record, console, replicas=replicas, demo_clinic=demo_clinic)
        starting = asyncio.create_task(coming_up)
        stopping = asyncio.create_task(asked_to_stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            stack = starting.result()
            home.note(stack.running)
            _welcome(console, stack, time.monotonic() - begin)
            await stopping
        else:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        console.print("\nStopping …")
    except EmbeddedError as problem:
        console.print(str(problem), style="red", markup=False)
        return 1
    finally:
        home.forget()
        await supervisor.stop()
        lock.release()
    console.print("Stopped. Data is kept in", str(home.folder))
    return 0


def _stop_signals() -> asyncio.Event:
    """Set by Ctrl-C, SIGTERM and a closed terminal. The second gives up waiting: the kernel ends the children."""
    asked = asyncio.Event()

    def stop() -> None:
        if asked.is_set():
            sys.stderr.write("Ending at once.\n")
            os._exit(130)
        asked.set()

    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(sign, stop)
    return asked


def _welcome(console: Console, stack: Stack, seconds: float) -> None:
    running = stack.running
    console.print(f"\n[bold]Chairside is ready[/] [dim]{seconds:.1f} s[/]\n")
    console.print(f"  Patients  [bold]{running.url}[/]")
    console.print(f"  Staff     [bold]{running.url}/staff[/]")
    if running.staff_email:
        console.print(f"            {running.staff_email}, password {running.staff_password}", markup=False)
    console.print(f"  E-mails   [bold]{running.mail_url}[/]  (kept there, sent to nobody)\n")
    if stack.embedded:
        console.print(f"A demo on embedded parts ({', '.join(stack.embedded)}): not for patients' data.")
    if stack.shortfalls:
        console.print(f"What the embedded broker cannot do: {'; '.join(stack.shortfalls)}.", style="dim")
    console.print("Ctrl-C stops everything.")
