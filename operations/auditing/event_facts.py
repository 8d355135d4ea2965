"""What the auditor keeps of an event: never its words, only what tells it from others and what it is about."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from shared.events.values import AppointmentTime, ContactEnvelope
from shared.messaging.envelope import Received
from shared.messaging.rows import LOG_EPOCH_HEADER


class EventFacts(NamedTuple):
    """The ids and numbers in an event that effects go by. All None for one that cannot be read."""

    subject: UUID | None = None
    version: int | None = None
    patient_id: UUID | None = None
    person_version: int | None = None
    request_id: UUID | None = None
    appointment_id: UUID | None = None
    revision: int | None = None

    @classmethod
    def of(cls, message: Received[Any]) -> "EventFacts":
        fields = vars(message.event)
        contact: ContactEnvelope | None = fields.get("contact")
        appointment: AppointmentTime | None = fields.get("appointment")
        return cls(
            subject=message.subject,
            version=message.version,
            patient_id=fields.get("patient_id"),
            person_version=contact.person_version if contact else None,
            request_id=fields.get("request_id"),
            appointment_id=appointment.appointment_id if appointment else fields.get("appointment_id"),
            revision=appointment.revision if appointment else fields.get("revision"),
        )


FACT_COLUMNS = """
    subject uuid, version bigint, patient_id uuid, person_version bigint, request_id uuid, appointment_id uuid,
    revision bigint
"""
FACT_NAMES = EventFacts._fields


def fingerprint(key: bytes | None, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """The same for what was written to the outbox and what stands in Kafka, if nothing changed on the way.

    The log epoch is left out: it belongs to the place, and the relay adds it.
    """
    written = hashlib.sha256()
    for part in (key or b"", body or b"", *_lines(headers)):
        written.update(len(part).to_bytes(4, "big") + part)
    return written.digest()


def _lines(headers: Mapping[str, str]) -> list[bytes]:
    return [f"{name}: {value}".encode() for name, value in sorted(headers.items()) if name != LOG_EPOCH_HEADER]
