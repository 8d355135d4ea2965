"""noida-db as a Kafka-compatible broker: one 11 MB program from a wheel, ready in a tenth of a second.

It keeps everything in memory and writes one JSON file about once a second: a clean stop loses nothing, a kill the
last seconds. What follows from that is declared in `shared.messaging.broker_kinds`.
"""

import asyncio
import importlib.util
import re
import signal
import time
from pathlib import Path
from typing import Self

import psutil

from operations.embedded import children
from operations.embedded.errors import EmbeddedError, MissingPartError
from operations.embedded.lock import FolderLock
from shared.messaging.broker_kinds import NOIDA, BrokerKind

ADDRESS = re.compile(rb"^\s*kafka\s+127\.0\.0\.1:(\d+)\s*$", re.MULTILINE)
START_BOUND = 20.0
STOP_STEPS = ((signal.SIGTERM, 10.0),)


class NoidaBroker:
    """One broker process on a port the kernel hands out. The port stays the same for the life of this object."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._child: children.Child | None = None
        self._lock: FolderLock | None = None
        self._port = 0

    @property
    def kind(self) -> BrokerKind:
        return NOIDA

    @property
    def bootstrap(self) -> str:
        if not self._port:
            raise EmbeddedError("the broker has not been started")
        return f"127.0.0.1:{self._port}"

    @property
    def copies(self) -> int:
        return 1

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    async def start(self) -> None:
        """Raises FolderInUseError when another living process owns the folder, EmbeddedError when it stays silent."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._lock is None:  # after `kill` the folder is still ours
            lock = FolderLock(self.folder)
            lock.take()
            self._lock = lock
        try:
            await children.end_strays("noida-db", self.folder, *STOP_STEPS)
            (self.folder / "noida.control.json").unlink(missing_ok=True)  # of a broker that is no more
            begin = self.log.stat().st_size if self.log.exists() else 0
            port = str(self._port)  # 0: the kernel chooses
            command = [
                str(_program()),
                "start",
                "--only",
                "kafka",
                "--kafka-port",
                port,
                "--data-dir",
                str(self.folder),
            ]
            self._child = children.spawn(command, log=self.log, folder=self.folder)
            self._port = await self._listening(begin)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """The broker writes its data and ends; harmless when nothing runs."""
        if self._child is not None:
            await children.end(self._child, *STOP_STEPS)
            self._child = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def kill(self) -> None:
        """What a crash does; the next `start` finds what was on disk."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _listening(self, begin: int) -> int:
        """The port it says it has, once its own process is seen to listen there and not some other program."""
        deadline = time.monotonic() + START_BOUND
        while time.monotonic() < deadline and self._child is not None and self._child.poll() is None:
            with self.log.open("rb") as log:
                log.seek(begin)
                said = ADDRESS.search(log.read())
            if said is not None:
                port = int(said[1])
                sockets = psutil.Process(self._child.pid).net_connections("tcp")
                if any(socket.laddr[1] == port and socket.status == psutil.CONN_LISTEN for socket in sockets):
                    return port
            await asyncio.sleep(0.01)
        raise EmbeddedError(f"the embedded broker did not start in {self.folder}:\n{children.last_lines(self.log)}")


def _program() -> Path:
    spec = importlib.util.find_spec("noida_db")
    if spec is None or not spec.submodule_search_locations:
        raise MissingPartError(
            "the wheel noida-db is not installed: install chairside[embedded], or set KAFKA_BOOTSTRAP_SERVERS"
        )
    program = Path(spec.submodule_search_locations[0]) / "noida-db"
    if not program.stat().st_mode & 0o111:
        program.chmod(0o755)
    return program
