"""Records as they come from Kafka, read so carefully that none can vanish."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord

from shared.events.base import Event
from shared.messaging.envelope import Received, Unreadable, open_envelope, read_headers

LOG_EPOCH_HEADER = "ce_logepoch"
_HIGHEST_EPOCH = 1 << 31


@dataclass(frozen=True, slots=True)
class Row:
    """One record and what could be read of it: either `message`, or the reason why it cannot be read."""

    record: ConsumerRecord[Any, Any]
    message: Received[Any] | None
    unreadable: str | None
    log_epoch: int

    @property
    def partition(self) -> int:
        return self.record.partition

    @property
    def offset(self) -> int:
        return self.record.offset

    @property
    def event_id(self) -> UUID | None:
        """Also of a record that cannot be read, if its headers still say."""
        if self.message is not None:
            return self.message.id
        with suppress(ValueError):
            return UUID(read_headers(self.record.headers).get("ce_id", ""))
        return None


def read_row(record: ConsumerRecord[Any, Any], model: type[Event]) -> Row:
    """Never raises: what cannot be read becomes a row that says why."""
    headers = read_headers(record.headers)
    try:
        message = open_envelope(model, headers, record.value)
    except Unreadable as why:
        return Row(record, None, why.reason, _epoch(headers.get(LOG_EPOCH_HEADER)))
    return Row(record, message, None, message.log_epoch)


def log_epoch_of(record: ConsumerRecord[Any, Any]) -> int:
    """What the record says of itself, whether the rest of it can be read or not."""
    return _epoch(read_headers(record.headers).get(LOG_EPOCH_HEADER))


def _epoch(text: str | None) -> int:
    """The log epoch of a record whose envelope is broken; 0 when that is broken too."""
    if text is None or not text.isascii() or not text.isdecimal():
        return 0
    epoch = int(text[:11])
    return epoch if epoch < _HIGHEST_EPOCH else 0
