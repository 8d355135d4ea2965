"""CloudEvents 1.0 in Kafka's binary mode: attributes are headers, the body is JSON of one event model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from shared.events.base import Event
from shared.ids import read_uuid, uuid7
from shared.messaging.cause import Cause

E_co = TypeVar("E_co", bound=Event, covariant=True)

CONTENT_TYPE = "application/json"


class Aggregate(Protocol):
    """The thing an event is about: its id becomes the subject, its version orders its events."""

    @property
    def id(self) -> UUID: ...

    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Received(Generic[E_co]):
    """One event as it arrived, with what its headers say of it."""

    event: E_co
    id: UUID
    subject: UUID
    version: int
    """Version of the subject after the change; it never falls for one subject."""
    time: datetime
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    log_epoch: int = 0

    @property
    def cause(self) -> Cause:
        """What an event said in reaction to this one names as its cause."""
        return Cause(self.correlation_id, str(self.id), self.traceparent)


@dataclass(frozen=True, slots=True)
class Sent:
    """One event on its way out: everything but `logepoch`, which the relay adds when it sends."""

    id: UUID
    topic: str
    key: str
    headers: dict[str, str]
    body: bytes
    safety: bool = False
    """It leaves before everything else that waits."""


def seal(event: Event, *, of: Aggregate, service: str, now: datetime, cause: Cause) -> Sent:
    """Puts an event into its envelope. `of` is the aggregate as it is after the change."""
    event_id = uuid7()
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(event_id),
        "ce_type": event.type_name(),
        "ce_source": f"/{service}",
        "ce_subject": str(of.id),
        "ce_time": now.isoformat(),
        "ce_clinicid": str(event.clinic_id),
        "ce_subjectversion": str(of.version),
        "ce_correlationid": cause.correlation_id,
        "content-type": CONTENT_TYPE,
    }
    if cause.causation_id:
        headers["ce_causationid"] = cause.causation_id
    if cause.traceparent:
        headers["traceparent"] = cause.traceparent
    body = event.model_dump_json().encode()
    return Sent(event_id, event.topic, event.partition_key, headers, body, event.safety)


class Unreadable(Exception):
    """A record that no retry will make readable. `reason` is a short code that is safe to log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_headers(raw: Sequence[tuple[str, bytes | None]]) -> dict[str, str]:
    """Headers as text. One that is null or not UTF-8 is left out; whether it was needed shows when it is asked for."""
    headers: dict[str, str] = {}
    for name, value in raw:
        if value is None:
            continue
        try:
            headers[name] = value.decode()
        except UnicodeDecodeError:
            continue
    return headers


def open_envelope(model: type[E_co], headers: Mapping[str, str], body: bytes | None) -> Received[E_co]:
    """The event inside a record.

    Raises Unreadable for a missing or broken attribute, another type, an unknown major version, or a body that is not
    a valid event. Unknown fields and headers are ignored.
    """
    kind, _, major = headers.get("ce_type", "").rpartition(".v")
    if not kind:
        raise Unreadable("type-missing")
    if kind != model.topic:
        raise Unreadable("type-unknown")
    if major != str(model.version):
        raise Unreadable("major-version-unknown")
    try:
        event_id, subject = read_uuid(headers["ce_id"]), read_uuid(headers["ce_subject"])
        version, time = int(headers["ce_subjectversion"]), datetime.fromisoformat(headers["ce_time"])
        log_epoch = int(headers.get("ce_logepoch", "0"))
    except KeyError as missing:
        raise Unreadable(f"header-missing:{missing.args[0]}") from None
    except ValueError:
        raise Unreadable("header-invalid") from None
    if time.tzinfo is None or not 0 <= version < 1 << 63 or not 0 <= log_epoch < 1 << 31:
        raise Unreadable("header-invalid")
    if body is None:
        raise Unreadable("body-missing")
    try:
        event = model.model_validate_json(body)
    except ValueError as error:  # pydantic's ValidationError is one; its text is dropped, it may quote a person
        raise Unreadable("body-invalid") from error
    return Received(
        event=event,
        id=event_id,
        subject=subject,
        version=version,
        time=time,
        correlation_id=headers.get("ce_correlationid", str(event_id)),
        causation_id=headers.get("ce_causationid"),
        traceparent=headers.get("traceparent"),
        log_epoch=log_epoch,
    )
