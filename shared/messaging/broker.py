"""How Kafka clients are made. The only module that knows the construction options of FastStream and aiokafka.

The defaults of both are unsafe for us (`acks=1`, no idempotence, topics made by the way, waits without end), so every
client of the project comes from here.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.messaging.broker_kinds import broker_kind
from shared.settings import Settings

if TYPE_CHECKING:  # a job that makes topics needs none of it
    from faststream.kafka import KafkaBroker

START_TIMEOUT = 10.0
"""Seconds a client may take to reach the broker before it counts as away."""
STOP_TIMEOUT = 5.0
REQUEST_TIMEOUT_MS = 20_000
"""How long one request to a silent broker waits; shorter than the relay's patience with a pending send."""
RETRY_MS = 500
"""Between attempts of a consumer whose broker is away, or has not taken its partitions yet. A process has up to forty; each
asking ten times a second for all it wants, they would take from the machine what the broker needs to come back."""
LARGEST_BATCH = 512 * 1024
"""Bytes in one record batch. A single larger record still goes, alone; Kafka's default limit for a batch is 1 MiB."""
LOOK_BYTES = 4 * 1024 * 1024
"""Read at once by who looks at many logs: a bound on memory, however large the batches in them are."""
GRACE = 10.0
"""Seconds FastStream waits for handlers that are at work when it stops. None and 0 would not wait at all."""

BROKER_FAILURES = (KafkaError, OSError, TimeoutError)
"""What a client raises when the broker is away or unwell: a matter of the place, never of the event in hand."""


T = TypeVar("T")
_under_way: set["asyncio.Task[Any]"] = set()
"""The loop itself forgets tasks that nobody holds."""


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What `work` answers. Raises TimeoutError when the time is over, whatever `work` does then.

    `asyncio.timeout` would wait until it has ended, and aiokafka's clients swallow a cancellation while they close: a
    broker that comes back at the wrong moment leaves them waiting without end.
    """
    task = asyncio.create_task(work)
    _under_way.add(task)
    task.add_done_callback(_forget)
    try:
        done, _ = await asyncio.wait([task], timeout=seconds)
    finally:
        task.cancel()
    if not done:
        raise TimeoutError
    return task.result()


def _forget(task: "asyncio.Task[Any]") -> None:
    _under_way.discard(task)
    if not task.cancelled():
        task.exception()


def _servers(settings: Settings) -> str:
    """As aiokafka wants it: one string with commas. FastStream's own broker wants a list."""
    return ",".join(settings.kafka_bootstrap_servers)


def client_id(settings: Settings, service: str, part: str) -> str:
    """The name under which the broker's logs know a client."""
    return "-".join(filter(None, ("chairside", service, part, settings.kafka_client_name)))


def consuming_broker(settings: Settings, service: str, **options: Any) -> "KafkaBroker":
    """FastStream's broker for subscribers. It never creates topics, and has no producer: events leave by the outbox."""
    from faststream.kafka import KafkaBroker

    return KafkaBroker(
        list(settings.kafka_bootstrap_servers),  # a comma list in one string cannot bootstrap
        client_id=client_id(settings, service, "consumer"),
        consumer_only=True,
        allow_auto_create_topics=False,
        graceful_timeout=GRACE,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        retry_backoff_ms=RETRY_MS,
        **options,
    )


async def start_producer(settings: Settings, service: str, topics: Iterable[str]) -> AIOKafkaProducer:
    """A producer that has reached the broker and knows `topics`.

    An acknowledged record is on every replica in sync; a record sent again by the client itself is stored once, where
    the broker can. Raises one of BROKER_FAILURES when the broker is away; nothing is left running then.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=_servers(settings),
        client_id=client_id(settings, service, "relay"),
        acks="all",
        enable_idempotence=broker_kind(settings.kafka_broker_kind).idempotent_producer,
        linger_ms=0,
        max_batch_size=LARGEST_BATCH,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    try:
        await within(START_TIMEOUT, producer.start())
        async with asyncio.timeout(START_TIMEOUT):
            await producer.client.set_topics(topics)
    except BaseException:
        await abandon_producer(producer)
        raise
    return producer


async def stop_producer(producer: AIOKafkaProducer) -> None:
    """Lets pending records leave, within a bound; what has not left by then is abandoned."""
    try:
        await within(STOP_TIMEOUT, producer.stop())
    except BROKER_FAILURES:
        pass
    finally:
        await abandon_producer(producer)


async def abandon_producer(producer: AIOKafkaProducer) -> None:
    """Makes sure that a producer sends nothing more, whatever it holds. Harmless after a proper stop.

    `stop()` waits for pending records as long as the broker is away, and when it is given up half way the sending task
    lives on and would send them later, beside the producer that took over. So the task itself is ended here, which only
    aiokafka's inner parts allow. Bytes already on the wire may still land: a repeat, never a loss.
    """
    producer._closed = True  # noqa: SLF001 - or its destructor complains of a producer that was not stopped
    sending = producer._sender.sender_task  # noqa: SLF001
    for _ in range(3):  # cancelled once it waits for the requests in hand, cancelled again it drops them
        if sending is not None and not sending.done():
            sending.cancel()
        with contextlib.suppress(*BROKER_FAILURES):
            await within(1, producer.client.close())
        if sending is None:
            return
        await asyncio.wait([sending], timeout=0.5)
        if sending.done():
            return


@asynccontextmanager
async def log_reader(
    settings: Settings, service: str, places: Collection[TopicPartition]
) -> AsyncIterator[AIOKafkaConsumer]:
    """A client without a group, for looking at these logs. Raises one of BROKER_FAILURES when the broker is away.

    It is told of them beforehand: topics that aiokafka meets in a question only are looked up one after the other, a tenth
    of a second each. Nothing is read before somebody assigns what is to be read.
    """
    reader = AIOKafkaConsumer(
        bootstrap_servers=_servers(settings),
        client_id=client_id(settings, service, "log-reader"),
        enable_auto_commit=False,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        fetch_max_bytes=LOOK_BYTES,
        max_partition_fetch_bytes=LOOK_BYTES // 16,
    )
    try:
        await within(START_TIMEOUT, reader.start())
        if places:
            reader.assign(list(places))
            reader.pause(*places)
        yield reader
    finally:
        with contextlib.suppress(*BROKER_FAILURES):
            await within(STOP_TIMEOUT, reader.stop())


@asynccontextmanager
async def administration(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that creates and describes topics. Raises one of BROKER_FAILURES when the broker is away."""
    admin = AIOKafkaAdminClient(
        bootstrap_servers=_servers(settings),
        client_id="chairside-topics",
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    try:
        await within(START_TIMEOUT, admin.start())
        yield admin
    finally:
        with contextlib.suppress(*BROKER_FAILURES):
            await within(STOP_TIMEOUT, admin.close())
