"""Which processes an `up` has started, so that the next one can end what was left behind, and nothing else.

A process id alone proves nothing: it may belong to somebody else by now. Only a process with the same id, the same
start and the same command is ours.
"""

import json
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

SECOND = 1.0  # start times are compared up to the drift of the machine's clock


@dataclass(frozen=True)
class Recorded:
    """One process as it was when it started."""

    name: str
    pid: int
    started: float
    command: list[str]

    def process(self) -> psutil.Process | None:
        """The very same process, if it still runs."""
        with suppress(psutil.Error):
            process = psutil.Process(self.pid)
            same_start = abs(process.create_time() - self.started) < SECOND
            # The command may still stand behind the launcher that is about to become it.
            same_command = process.cmdline()[-len(self.command) :] == self.command
            if same_start and same_command and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None


class ProcessRecord:
    """The file with the processes of one home."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._recorded: dict[str, Recorded] = {}

    def add(self, name: str, pid: int, command: Sequence[str]) -> None:
        with suppress(psutil.Error):
            self._recorded[name] = Recorded(name, pid, psutil.Process(pid).create_time(), list(command))
            self._write()

    def remove(self, name: str) -> None:
        if self._recorded.pop(name, None) is not None:
            self._write()

    def end_leftovers(self, seconds: float = 3.0) -> list[str]:
        """End what an earlier owner of this home has left; returns the names. The home's lock must be held."""
        left = [(each.name, process) for each in self._read() if (process := each.process()) is not None]
        for _, process in left:
            with suppress(psutil.Error):
                process.send_signal(signal.SIGCONT)  # a frozen process would not hear the next one
                process.terminate()
        _, deaf = psutil.wait_procs([process for _, process in left], timeout=seconds)
        for process in deaf:
            with suppress(ProcessLookupError, PermissionError, psutil.Error):
                if process.is_running() and os.getpgid(process.pid) == process.pid:
                    os.killpg(process.pid, signal.SIGKILL)
        psutil.wait_procs(deaf, timeout=seconds)
        self._path.unlink(missing_ok=True)
        return [name for name, _ in left]

    def _read(self) -> list[Recorded]:
        try:
            return [Recorded(**entry) for entry in json.loads(self._path.read_text())]
        except (OSError, ValueError, TypeError):
            return []

    def _write(self) -> None:
        unfinished = self._path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps([asdict(each) for each in self._recorded.values()], indent=1))
        unfinished.replace(self._path)
