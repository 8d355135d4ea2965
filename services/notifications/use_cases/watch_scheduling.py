"""What waits for scheduling's word goes as soon as scheduling is there again, and meanwhile holds up nobody else."""

from uuid import UUID

from services.notifications.domain.message import Standing
from services.notifications.store import waiting_messages
from services.notifications.use_cases.outside import Scheduling, SchedulingSilent
from shared.database import Database


class WatchedScheduling:
    """A `Scheduling` that, once silent, is asked by `look_again` alone until it answers.

    Without it each message would wait for the same silence in turn, those in front of a cancellation too; and a message
    that has waited for long would go minutes after scheduling is back.
    """

    def __init__(self, scheduling: Scheduling) -> None:
        self._scheduling = scheduling
        self._unanswered: UUID | None = None

    async def standing(self, appointment_id: UUID) -> Standing | None:
        """Raises SchedulingSilent, at once while it is known to be silent."""
        if self._unanswered is not None:
            raise SchedulingSilent
        try:
            return await self._scheduling.standing(appointment_id)
        except SchedulingSilent:
            self._unanswered = appointment_id
            raise

    async def change_link(self, request_id: UUID) -> str | None:
        """Raises SchedulingSilent, at once while it is known to be silent."""
        if self._unanswered is not None:
            raise SchedulingSilent
        return await self._scheduling.change_link(request_id)

    async def offer_link(self, offer_id: UUID) -> str | None:
        """Raises SchedulingSilent, at once while it is known to be silent."""
        if self._unanswered is not None:
            raise SchedulingSilent
        return await self._scheduling.offer_link(offer_id)

    async def attendance_link(self, appointment_id: UUID, revision: int) -> str | None:
        """Raises SchedulingSilent, at once while it is known to be silent."""
        if self._unanswered is not None:
            raise SchedulingSilent
        return await self._scheduling.attendance_link(appointment_id, revision)

    async def look_again(self, database: Database) -> int:
        """For a timer: while anything waits for scheduling, whoever let it wait, ask; once it answers all of it goes."""
        asked = self._unanswered
        if asked is None:
            async with database.transaction(read_only=True) as tx:
                asked = await waiting_messages.for_scheduling(tx)
        if asked is None:
            return 0
        try:
            await self._scheduling.standing(asked)
        except SchedulingSilent:
            return 0
        self._unanswered = None
        async with database.transaction() as tx:
            await waiting_messages.wake_for_scheduling(tx)
        return 0
