"""Deaths on either side of a commit that bookings share: the field says that a process is to die there, and it does, with -9.

A blind kill rarely falls between the last statement of a group and the answers to its clients, and that is where each of
them could be told one thing and find another.
"""

import mmap
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.database import Database
from shared.database.group_commit import GroupCommit
from shared.database.shared_transaction import SharedTransaction

BEFORE_COMMIT, AFTER_COMMIT = b"\x01", b"\x02"
_NONE, _DEAD = b"\x00", b"\xff"


class Dooms:
    """Where the process at each place of the field is to die, in memory that all share."""

    def __init__(self, places: int) -> None:
        self._memory = mmap.mmap(-1, places)

    def doom(self, place: int, where: bytes) -> None:
        self._memory[place : place + 1] = where

    def spare(self, place: int) -> None:
        """For whoever comes after: nobody dies for a predecessor."""
        self.doom(place, _NONE)

    def died_there(self, place: int) -> bool:
        """Whether the last process at that place did as it was told, and did not die or end elsewhere."""
        return self._memory[place : place + 1] == _DEAD

    def fulfil(self, place: int, database: Database) -> None:
        """From now on this process, which has that place, dies at its next shared booking once it is doomed."""

        def die_if(where: bytes) -> None:
            if self._memory[place : place + 1] == where:
                self.doom(place, _DEAD)
                os.kill(os.getpid(), signal.SIGKILL)

        class DoomedTransaction(SharedTransaction):
            booked = False

            async def flush(self) -> bool:
                said = await super().flush()
                self.booked = said and self.shared
                if self.booked:
                    die_if(BEFORE_COMMIT)
                return said

        @asynccontextmanager
        async def open_transaction() -> AsyncIterator[DoomedTransaction]:
            async with database._open(DoomedTransaction) as tx:
                yield tx
            if tx.booked:
                die_if(AFTER_COMMIT)

        database._group_commit = GroupCommit(open_transaction)
