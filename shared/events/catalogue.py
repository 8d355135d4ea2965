"""Every topic of Chairside: its partitions, how long it is kept, and the model of its records where one exists yet.

The number of partitions is part of the key contract and never changes: a key must stay on its partition for as long as
its records are kept.
"""

from dataclasses import dataclass
from datetime import timedelta

from shared.events import (
    attendance,
    consultation,
    consultation_request,
    dead_letter,
    move,
    patient,
    questionnaire,
    risk,
    session,
    staff,
    unsent_request,
)
from shared.events.base import Event, Kind

PARTITIONS = 12
RETENTION = timedelta(days=400)
"""As long as outbox rows are kept, so that a topic and its outboxes tell the same story."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: who says it, who hears it, and how it is laid out in Kafka."""

    name: str
    kind: Kind
    said_by: str
    heard_by: tuple[str, ...]
    partitions: int = PARTITIONS
    retention: timedelta = RETENTION
    model: type[Event] | None = None

    @property
    def safety(self) -> bool:
        """Its events never queue behind others."""
        return self.model is not None and self.model.safety


_I, _S, _N = "intake", "scheduling", "notifications"
_STATE, _FACT = Kind.STATE, Kind.FACT

_PLAN: tuple[tuple[str, str, Kind, tuple[str, ...]], ...] = (
    ("consultation-requested", _I, _STATE, (_S, _N)),
    ("consultation-cleared", _I, _STATE, (_S, _N)),
    ("consultation-declined", _I, _STATE, (_S, _N)),
    ("consultation-withdrawn", _I, _STATE, (_S, _N)),
    ("information-asked", _I, _STATE, (_N,)),
    ("information-given", _I, _STATE, (_N,)),
    ("request-paused", _I, _FACT, (_N,)),
    ("patient-contact-changed", _I, _STATE, (_S, _N)),
    ("patient-erased", _I, _FACT, (_I, _S, _N)),
    ("questionnaire-completed", _I, _FACT, (_S, _N)),
    ("scales-due", _I, _FACT, (_N,)),
    ("risk-raised", _I, _FACT, (_N, _S)),
    ("consultation-scheduled", _S, _STATE, (_I, _N)),
    ("consultation-rescheduled", _S, _STATE, (_I, _N)),
    ("consultation-cancelled", _S, _STATE, (_I, _N)),
    ("consultation-waitlisted", _S, _STATE, (_I, _N)),
    ("consultation-late", _S, _FACT, (_N,)),
    ("deadline-given-up", _S, _FACT, (_N,)),
    ("change-link-asked", _S, _FACT, (_N,)),
    ("consultation-missed", _S, _STATE, (_I, _N)),
    ("consultation-completed", _S, _STATE, (_I, _N)),
    ("course-planned", _S, _STATE, (_I, _N)),
    ("course-replanned", _S, _STATE, (_I, _N)),
    ("course-paused", _S, _STATE, (_I, _N)),
    ("course-completed", _S, _STATE, (_I, _N)),
    ("course-stopped", _S, _STATE, (_I, _N)),
    ("session-scheduled", _S, _STATE, (_I, _N)),
    ("session-rescheduled", _S, _STATE, (_I, _N)),
    ("session-cancelled", _S, _STATE, (_I, _N)),
    ("session-missed", _S, _STATE, (_I, _N)),
    ("session-refused", _S, _STATE, (_I, _N)),
    ("session-started", _S, _FACT, (_N,)),
    ("session-stopped", _S, _FACT, (_N,)),
    ("session-completed", _S, _FACT, (_I, _N)),
    ("session-alert-raised", _S, _FACT, (_N,)),
    ("slot-offered", _S, _FACT, (_N,)),
    ("attendance-confirmed", _S, _FACT, (_N,)),
    ("move-proposed", _S, _FACT, (_N,)),
    ("move-withdrawn", _S, _FACT, (_N,)),
    ("maintenance-due", _S, _FACT, (_I, _N)),
    ("staff-changed", _N, _STATE, (_I, _S)),
    ("alert-acknowledged", _N, _FACT, (_I, _S)),
    ("message-failed", _N, _FACT, (_I,)),
    ("intake-dead-letters", _I, _FACT, ()),
    ("scheduling-dead-letters", _S, _FACT, ()),
    ("notifications-dead-letters", _N, _FACT, ()),
)

_MODULES = (
    consultation_request,
    unsent_request,
    patient,
    questionnaire,
    risk,
    consultation,
    attendance,
    move,
    session,
    staff,
    dead_letter,
)
MODELS: dict[str, type[Event]] = {
    model.topic: model
    for module in _MODULES
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, Event) and model.topic
}
TOPICS: dict[str, Topic] = {
    name: Topic(name, kind, said_by, heard_by, model=MODELS.get(name)) for name, said_by, kind, heard_by in _PLAN
}
