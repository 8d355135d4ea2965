"""Apache Kafka itself, from its Maven jars on Java 17+: the truth for `make test-kafka` and the benchmarks.

    async with temporary_kafka() as kafka:
        os.environ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.bootstrap

One KRaft node on loopback. The jars are fetched once into `~/.cache/chairside` (or CHAIRSIDE_CACHE).
"""

import asyncio
import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

import psutil

from operations.embedded import children
from operations.embedded.errors import EmbeddedError, MissingPartError
from shared.messaging.broker_kinds import KAFKA, BrokerKind

RECIPE = Path(__file__).parents[2] / "deploy" / "kafka"
VERSION = "4.3.1"
OLDEST_JAVA = 17
FORMAT_BOUND = 60.0
START_BOUND = 60.0
STOP_STEPS = ((signal.SIGTERM, 20.0),)


class KafkaFromJars:
    """A broker with its data in `folder`. Ports are chosen at the first start and stay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._child: children.Child | None = None
        self._ports: tuple[int, int] | None = None

    @property
    def kind(self) -> BrokerKind:
        return KAFKA

    @property
    def bootstrap(self) -> str:
        if self._ports is None:
            raise EmbeddedError("Kafka has not been started")
        return f"127.0.0.1:{self._ports[0]}"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    async def start(self) -> None:
        """Answers clients on return. Raises MissingPartError when Java or Maven is missing or too old."""
        java = _java()
        jars = await asyncio.to_thread(fetch_jars)
        self.folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(3):
            ports = self._ports or _free_ports()
            properties = self._write_properties(ports)
            if not (self.folder / "data" / "meta.properties").exists():
                await self._format(java, jars, properties)
            self._child = self._run(java, jars, "kafka.Kafka", str(properties))
            if await self._listening(ports):
                self._ports = ports
                return
            await self.stop()
            # Between choosing a port and using it somebody else may take it; anything else is not cured by trying
            # again.
            if self._ports is not None or attempt == 2 or "already in use" not in children.last_lines(self.log, 60):
                break
        raise EmbeddedError(f"Apache Kafka did not start in {self.folder}:\n{children.last_lines(self.log)}")

    async def stop(self) -> None:
        """An orderly shutdown; harmless when nothing runs."""
        if self._child is not None:
            await children.end(self._child, *STOP_STEPS)
            self._child = None

    def kill(self) -> None:
        """SIGKILL; `start` resumes on the same data and ports."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _run(self, java: str, jars: Path, main: str, *arguments: str) -> children.Child:
        options = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        logging = f"-Dlog4j2.configurationFile={RECIPE / 'log4j2.yaml'}"
        command = [java, *options, logging, "-cp", f"{jars}/*", main, *arguments]
        return children.spawn(command, log=self.log, folder=self.folder)

    def _write_properties(self, ports: tuple[int, int]) -> Path:
        clients, controller = ports
        properties = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://127.0.0.1:{clients},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{clients}",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            "default.replication.factor": "1",
            "min.insync.replicas": "1",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            # After a kill the node waits until its former self has expired: 9 s by default.
            "broker.session.timeout.ms": "4000",
            "broker.heartbeat.interval.ms": "500",
        }
        file = self.folder / "server.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
        return file

    async def _format(self, java: str, jars: Path, properties: Path) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        arguments = ("format", "--ignore-formatted", "--cluster-id", cluster, "--config", str(properties))
        child = self._run(java, jars, "kafka.tools.StorageTool", *arguments)
        if not await children.wait(child, FORMAT_BOUND) or child.returncode != 0:
            await children.end(child)
            raise EmbeddedError(f"Kafka could not prepare {self.folder}:\n{children.last_lines(self.log)}")

    async def _listening(self, ports: tuple[int, int]) -> bool:
        """Whether this very process came to listen for clients; False when it ended instead."""
        deadline = time.monotonic() + START_BOUND
        while time.monotonic() < deadline and self._child is not None and self._child.poll() is None:
            with suppress(psutil.Error):
                sockets = psutil.Process(self._child.pid).net_connections("tcp")
                if any(found.laddr[1] == ports[0] and found.status == psutil.CONN_LISTEN for found in sockets):
                    return True
            await asyncio.sleep(0.05)
        return False


@asynccontextmanager
async def temporary_kafka() -> AsyncIterator[KafkaFromJars]:
    """A broker for one test run: starts empty, leaves nothing."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-kafka-"))
    try:
        async with KafkaFromJars(folder) as kafka:
            yield kafka
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fetch_jars() -> Path:
    """The folder of Kafka's jars, fetched by Maven when they are not there yet."""
    cache = Path(os.environ.get("CHAIRSIDE_CACHE") or Path.home() / ".cache" / "chairside")
    jars = cache / f"kafka-{VERSION}"
    if jars.exists():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingPartError(
            "Maven fetches Apache Kafka's jars: install it, or set KAFKA_BOOTSTRAP_SERVERS to a running Kafka"
        )
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=cache))
    goal = ("dependency:copy-dependencies", f"-DoutputDirectory={unfinished}")
    command = [maven, "-q", "-B", "-f", RECIPE / "pom.xml", *goal]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        shutil.rmtree(unfinished)
        raise EmbeddedError(f"Maven could not fetch Apache Kafka {VERSION}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    try:
        unfinished.rename(jars)
    except OSError:  # another run was faster
        shutil.rmtree(unfinished)
    return jars


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else None
    java = java or shutil.which("java")
    advice = f"Apache Kafka needs Java {OLDEST_JAVA} or newer: install it, or set KAFKA_BOOTSTRAP_SERVERS"
    if java is None:
        raise MissingPartError(advice)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise MissingPartError(f"{advice} (found: {said.splitlines()[0] if said else java})")
    return java


def _free_ports() -> tuple[int, int]:
    """Two ports the kernel hands out, both held open until both are known."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]
