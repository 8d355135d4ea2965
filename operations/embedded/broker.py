"""The Kafka-compatible broker of `chairside up` and of `make test`.

    async with embedded_broker(Path(".chairside/broker")) as broker:
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)

Another broker is another class with these members and its own entry in `shared.messaging.broker_kinds`.
"""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, Self

from operations.embedded.noida import NoidaBroker
from shared.messaging.broker_kinds import BrokerKind


class Broker(Protocol):
    """A broker of one's own on this machine's loopback address."""

    @property
    def kind(self) -> BrokerKind:
        """What it can and cannot do."""
        ...

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients; the same after a kill and a new start."""
        ...

    @property
    def copies(self) -> int:
        """How many brokers have each record."""
        ...

    @property
    def pid(self) -> int | None:
        """Its process while it runs, else None."""
        ...

    async def start(self) -> None:
        """Answers clients on return, with the data of the last time."""
        ...

    async def stop(self) -> None:
        """Data is on disk and no process is left; harmless when nothing runs."""
        ...

    def kill(self) -> None:
        """SIGKILL, for tests of faults."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...


def embedded_broker(folder: Path) -> Broker:
    """The broker chosen for demos and tests, with its data in `folder`."""
    return NoidaBroker(folder)


@asynccontextmanager
async def temporary_broker() -> AsyncIterator[Broker]:
    """A broker for one test run: starts empty, leaves nothing."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-broker-"))
    try:
        async with embedded_broker(folder) as broker:
            yield broker
    finally:
        shutil.rmtree(folder, ignore_errors=True)
