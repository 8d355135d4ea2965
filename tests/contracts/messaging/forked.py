"""Processes that tests may kill, made of one in which everything is imported already and nothing has happened yet.

How a process dies is what is tried here, and not how it comes up: a start from nothing costs more than a second of the
machine, and a run needs some hundred.
"""

import asyncio
import importlib
import multiprocessing
import os
from typing import Any

from shared import crash_points

MADE_OF_IT = ["tests.contracts.messaging.member", "tests.contracts.messaging.one_redriver"]


class Forked:
    """`main(asked)` of a module, in a process of its own; `crash_at` as in shared/crash_points.py."""

    def __init__(self, module: str, asked: dict[str, Any], crash_at: str = "") -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(MADE_OF_IT)
        self._process = context.Process(target=_run, args=(module, asked, crash_at))
        self._process.start()

    def poll(self) -> int | None:
        """The exit status, or the signal that ended it as a negative number; None while it lives."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """The same, once it has ended. Raises TimeoutError."""
        self._process.join(seconds)
        if (status := self.poll()) is None:
            raise TimeoutError(f"{self._process.name} has not ended within {seconds} s")
        return status

    def send_signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()


def _run(module: str, asked: dict[str, Any], crash_at: str) -> None:
    os.environ["CRASH_AT"] = crash_at
    importlib.reload(crash_points)
    asyncio.run(importlib.import_module(module).main(asked))
