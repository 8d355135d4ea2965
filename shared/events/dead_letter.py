"""What a service could not handle, told to operators."""

from uuid import UUID

from shared.events.base import Event, Kind


class DeadLettered(Event):
    """Where the record stands and why it failed. The bytes themselves stay sealed in the service's table.

    Each service has a topic of its own; `dead_letter_event` makes the class for one.
    """

    dead_letter_id: UUID
    handler: str
    source_topic: str
    source_partition: int
    source_offset: int
    failure: str
    """A class of error, never its text: the text may quote a patient."""

    @property
    def partition_key(self) -> str:
        return f"{self.clinic_id}/{self.dead_letter_id}"


class IntakeDeadLettered(DeadLettered, topic="intake-dead-letters", kind=Kind.FACT):
    """Intake could not handle a record and went on without it."""


class SchedulingDeadLettered(DeadLettered, topic="scheduling-dead-letters", kind=Kind.FACT):
    """Scheduling could not handle a record and went on without it."""


class NotificationsDeadLettered(DeadLettered, topic="notifications-dead-letters", kind=Kind.FACT):
    """Notifications could not handle a record and went on without it."""


BY_SERVICE: dict[str, type[DeadLettered]] = {
    "intake": IntakeDeadLettered,
    "scheduling": SchedulingDeadLettered,
    "notifications": NotificationsDeadLettered,
}
