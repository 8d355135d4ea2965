"""Apache Kafka itself, from its Maven jars on Java 17+: the truth for `make test-kafka`, `make faults` and the benchmarks.

    async with temporary_kafka() as kafka:
        os.environ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.bootstrap

One KRaft node on loopback, or several in one cluster.
"""

import asyncio
import base64
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from operations.embedded.errors import EmbeddedError
from operations.embedded.kafka_node import KafkaNode
from shared.messaging.broker_kinds import KAFKA, BrokerKind

MOST_COPIES = 3


class KafkaFromJars:
    """A cluster of so many `brokers`, with its data below `folder`. Ports and cluster id stay for the life of this object."""

    def __init__(self, folder: Path, *, brokers: int = 1) -> None:
        self.folder = folder.absolute()
        self.nodes: list[KafkaNode] = []
        self._brokers = brokers
        self._cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")

    @property
    def kind(self) -> BrokerKind:
        return KAFKA

    @property
    def bootstrap(self) -> str:
        """Each broker as `host:port`, with commas between."""
        if not self.nodes:
            raise EmbeddedError("Kafka has not been started")
        return ",".join(node.address for node in self.nodes)

    @property
    def copies(self) -> int:
        """How many brokers have each record; where there are three, two must have it before it counts: any one may die."""
        return min(self._brokers, MOST_COPIES)

    @property
    def pid(self) -> int | None:
        """The first broker's process while all of them run, else None."""
        pids = [node.pid for node in self.nodes]
        return pids[0] if pids and all(pids) else None

    async def start(self) -> None:
        """Answers clients on return. Raises MissingPartError when Java or Maven is missing or too old."""
        if not self.nodes:
            self.nodes = [KafkaNode(self.folder / str(number), number) for number in range(1, self._brokers + 1)]
        await asyncio.gather(*(self.start_node(node) for node in self.nodes if node.pid is None))

    async def start_node(self, node: KafkaNode) -> None:
        """One of `nodes` that was stopped or killed."""
        await node.start(self._cluster, self._settings())

    async def stop(self) -> None:
        """An orderly shutdown; harmless when nothing runs."""
        await asyncio.gather(*(node.stop() for node in self.nodes))

    def kill(self) -> None:
        """SIGKILL; `start` resumes on the same data and ports."""
        for node in self.nodes:
            node.kill()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        for node in self.nodes:
            node.release()

    def _settings(self) -> Mapping[str, str]:
        copies, needed = str(self.copies), str(max(1, self.copies - 1))
        return {
            "controller.quorum.voters": ",".join(node.voter for node in self.nodes),
            "default.replication.factor": copies,
            "min.insync.replicas": needed,
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": needed,
            "share.coordinator.state.topic.replication.factor": copies,
            "share.coordinator.state.topic.min.isr": needed,
        }


@asynccontextmanager
async def temporary_kafka(*, brokers: int = 1) -> AsyncIterator[KafkaFromJars]:
    """A cluster for one test run: starts empty, leaves nothing."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-kafka-"))
    try:
        async with KafkaFromJars(folder, brokers=brokers) as kafka:
            yield kafka
    finally:
        shutil.rmtree(folder, ignore_errors=True)
