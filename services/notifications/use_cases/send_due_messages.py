"""Sends what is due: claimed in small batches, each looked at again just before it goes.

A message is claimed, confirmed with scheduling, written, put on record as offered, and only then handed over. Whoever dies
in between leaves a claim that ends; the next sender hands the same message over again.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from services.notifications.store import claimed_messages
from services.notifications.store.claimed_messages import Claimed
from services.notifications.use_cases.deliver_messages import Round
from services.notifications.use_cases.outside import MailServer, Scheduling
from services.notifications.use_cases.watch_mail_server import mail_server_is_away, mail_server_is_back
from services.notifications.use_cases.write_mail import MailWriter
from shared.database import Database
from shared.database.failures import is_place

BATCH = 40
HANDFULS = 2
"""At once: while one is in conversation, the other is looked at and written."""
RENEW_EVERY = 8.0
"""Seconds; three times within a lease, so that one look that fails does not lose it."""
STOP_WITHIN = 5
"""Seconds a stopping process waits for the conversations it has begun."""
log = structlog.get_logger()


@dataclass(slots=True)
class Sender:
    """One process's way out. `work` is a timer's: it answers how many messages it handled."""

    database: Database
    writer: MailWriter
    mail_server: MailServer
    scheduling: Scheduling
    conversations: int = 8
    """With the mail server, at once."""
    spread: Callable[[], float] = random.random

    async def work(self) -> int:
        domain = self.writer.mail_from.rpartition("@")[2]
        async with self.database.transaction() as tx:
            due = await claimed_messages.claim(tx, BATCH, domain)
        if not due:
            return 0
        round_ = Round(self.database, self.writer, self.mail_server, self.scheduling, self.spread)
        gate = asyncio.Semaphore(min(HANDFULS, self.conversations))
        most = max(1, self.conversations // HANDFULS)

        async def some(handful: list[Claimed]) -> None:
            async with gate:
                await round_.handle(handful)

        tasks = [asyncio.create_task(some(due[first : first + most])) for first in range(0, len(due), most)]
        renewing = asyncio.create_task(self._renew(due))
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            # Told to stop: what was not begun goes back at once, conversations in progress end and are kept.
            round_.stopping = True
            await asyncio.wait(tasks, timeout=STOP_WITHIN)
            raise
        finally:
            renewing.cancel()
        await self._tell_staff(due, round_)
        for task in tasks:
            task.result()
        return len(due)

    async def _renew(self, claimed: list[Claimed]) -> None:
        """As long as this process lives. One that was frozen has lost its claims, and may neither offer nor settle."""
        while True:
            await asyncio.sleep(RENEW_EVERY)
            try:
                async with self.database.transaction() as tx:
                    await claimed_messages.renew(tx, claimed)
            except Exception as error:
                if not is_place(error):
                    raise
                log.warning("claims_not_renewed", failure=type(error).__name__)

    async def _tell_staff(self, due: Sequence[Claimed], round_: Round) -> None:
        async with self.database.transaction() as tx:
            for clinic_id in {message.clinic_id for message in due}:
                if clinic_id in round_.away:
                    await mail_server_is_away(tx, clinic_id)
                elif clinic_id in round_.answered:
                    await mail_server_is_back(tx, clinic_id)
