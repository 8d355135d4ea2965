"""One process of Apache Kafka: a KRaft node that is broker and controller, alone or with others in one cluster."""

import asyncio
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from operations.embedded import children
from operations.embedded.errors import EmbeddedError
from operations.embedded.held_port import HeldPort
from operations.embedded.kafka_programs import command

FORMAT_BOUND = 60.0
START_BOUND = 180.0
STOP_STEPS = ((signal.SIGTERM, 20.0),)
SETTINGS = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": "4",
    "group.initial.rebalance.delay.ms": "0",
    # After a kill the node waits until its former self has expired, and the others as long until they take over: 9 s by
    # default.
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "500",
}


class KafkaNode:
    """A node with its data in `folder`, on ports of its own that stay the same. `number` counts from 1."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = folder
        self.number = number
        self.clients, self.controller = HeldPort(), HeldPort()
        self._child: children.Child | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.clients.number}"

    @property
    def voter(self) -> str:
        return f"{self.number}@127.0.0.1:{self.controller.number}"

    @property
    def data(self) -> Path:
        """A folder for each partition, beside what the controller remembers."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    async def start(self, cluster: str, settings: Mapping[str, str]) -> None:
        """Answers clients on return. Data that are not there are made anew, under the same `cluster`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = self._write_properties(settings)
        if not (self.data / "meta.properties").exists():
            await self._format(cluster, properties)
        self._child = await self._run("kafka.Kafka", str(properties))
        if not await self._listening():
            await self.stop()
            raise EmbeddedError(f"Apache Kafka did not start in {self.folder}:\n{children.last_lines(self.log)}")

    async def stop(self) -> None:
        """An orderly shutdown; harmless when nothing runs."""
        if self._child is not None:
            await children.end(self._child, *STOP_STEPS)
            self._child = None

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def release(self) -> None:
        """Gives the ports back; it cannot be started again."""
        self.clients.release()
        self.controller.release()

    async def _run(self, main: str, *arguments: str) -> children.Child:
        line = await asyncio.to_thread(command, main, *arguments)
        return children.spawn(line, log=self.log, folder=self.folder)

    def _write_properties(self, settings: Mapping[str, str]) -> Path:
        properties = {
            **SETTINGS,
            **settings,
            "node.id": str(self.number),
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{self.controller.number}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "log.dirs": str(self.data),
        }
        file = self.folder / "server.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
        return file

    async def _format(self, cluster: str, properties: Path) -> None:
        arguments = ("format", "--ignore-formatted", f"--cluster-id={cluster}", "--config", str(properties))
        child = await self._run("kafka.tools.StorageTool", *arguments)
        if not await children.wait(child, FORMAT_BOUND) or child.returncode != 0:
            await children.end(child)
            raise EmbeddedError(f"Kafka could not prepare {self.folder}:\n{children.last_lines(self.log)}")

    async def _listening(self) -> bool:
        """Whether this very process came to listen for clients; False when it ended instead."""
        deadline = time.monotonic() + START_BOUND
        while time.monotonic() < deadline and self._child is not None and self._child.poll() is None:
            with suppress(psutil.Error):
                sockets = psutil.Process(self._child.pid).net_connections("tcp")
                if any(
                    found.laddr[1] == self.clients.number and found.status == psutil.CONN_LISTEN for found in sockets
                ):
                    return True
            await asyncio.sleep(0.05)
        return False
