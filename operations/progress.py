"""Waits for what a service was asked to do, with a bar on stderr that shows how far it is."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

LOOK_EVERY = 0.2
NOT_YET = 3
"""Exit status: what was asked for is on record and will be done, but nothing moved while we waited."""

Patience = Annotated[
    float, typer.Option(help="Seconds without any movement after which waiting ends; the order stays", min=1)
]


async def until_done(look: Callable[[], Awaitable[tuple[int, int]]], what: str, patience: float) -> bool:
    """`look` answers how much is done, and of how much. False when nothing has moved for `patience` seconds."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=None)
        best, moved_at = -1, time.monotonic()
        while True:
            done, total = await look()
            bar.update(task, completed=done, total=total)
            if done >= total:
                return True
            if done > best:
                best, moved_at = done, time.monotonic()
            if time.monotonic() - moved_at > patience:
                return False
            await asyncio.sleep(LOOK_EVERY)
