"""Somebody who goes on telling: the next numbers of every patient, and how many there were."""

from collections import defaultdict
from uuid import UUID

from shared.ids import uuid7
from tests.contracts.messaging.both_ends import BothEnds


class Told:
    """Twelve patients, so that every partition has some."""

    def __init__(self, here: BothEnds, patients: int = 12) -> None:
        self._here = here
        self._patients = [uuid7() for _ in range(patients)]
        self.count: dict[UUID, int] = defaultdict(int)

    async def go_on(self, numbers: int = 5) -> None:
        """A transaction for each patient."""
        for patient in self._patients:
            begin = self.count[patient]
            await self._here.say(patient, range(begin, begin + numbers))
            self.count[patient] += numbers

    async def all_heard(self) -> None:
        await self._here.heard(self.count)

    @property
    def in_order(self) -> dict[UUID, list[int]]:
        """What `Hearing.in_order` must come to."""
        return {patient: list(range(count)) for patient, count in self.count.items()}
