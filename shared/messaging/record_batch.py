"""From rows of the outbox to one record batch of Kafka: where a row goes, and what its record carries."""

from collections import deque
from collections.abc import Collection, Mapping
from functools import lru_cache

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder
from pydantic_core import from_json

from shared.messaging.key_order import Row

LOG_EPOCH = "ce_logepoch"
TOPIC_UNKNOWN = "topic-unknown"


class Unsendable(Exception):
    """A row that no retry will bring to Kafka. `why` is a short code, safe to show; `topic` is the one that nobody knows."""

    def __init__(self, seq: int, why: str, topic: str | None = None) -> None:
        super().__init__(why)
        self.seq = seq
        self.why = why
        self.topic = topic


@lru_cache(maxsize=65536)
def partition_of(key: str, partitions: int) -> int:
    """Kafka's own default: murmur2 of the key, so that every client in any language finds the same partition."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def place_of(row: Row, partitions: Mapping[str, int]) -> TopicPartition:
    """Where a row goes, by the number of partitions of each topic. Raises Unsendable for a topic that nobody knows."""
    topic = row["topic"]
    if topic not in partitions:
        raise Unsendable(row["seq"], TOPIC_UNKNOWN, topic)
    return TopicPartition(topic, partition_of(row["key"], partitions[topic]))


def fill_batch(
    producer: AIOKafkaProducer, line: deque[Row], log_epoch: int, alone: Collection[int]
) -> tuple[BatchBuilder, list[Row]]:
    """Takes rows from the front of `line` until the batch is full.

    Rows whose `seq` is in `alone` were in a batch that the broker refused; they go by themselves to find the culprit.
    Raises Unsendable for headers that cannot be read.
    """
    batch, rows = producer.create_batch(), []
    epoch_header = (LOG_EPOCH, str(log_epoch).encode())
    append = batch.append
    while line:
        row = line[0]
        if alone and rows and (row["seq"] in alone or rows[-1]["seq"] in alone):
            break
        try:
            headers = [(name, value.encode()) for name, value in from_json(row["headers"]).items()]
        except (ValueError, AttributeError) as error:
            raise Unsendable(row["seq"], "headers-unreadable") from error
        headers.append(epoch_header)
        if append(timestamp=None, key=row["key"].encode(), value=row["body"], headers=headers) is None:
            break
        rows.append(line.popleft())
    return batch, rows
