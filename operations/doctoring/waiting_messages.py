"""How long has a message to a patient waited beyond its time?"""

from collections.abc import AsyncIterator
from datetime import timedelta

from operations.doctoring.finding import Finding
from operations.doctoring.system import System

LONGEST = timedelta(minutes=5)
ABOUT = "messages"


async def waiting_messages(system: System) -> AsyncIterator[Finding]:
    """What waits for staff is on their list, and no fault of the machine."""
    async with system.schema("notifications") as connection:
        row = await connection.fetchrow(
            """
            select count(*) as waiting, now() - min(due_at) as oldest
              from message
             where due_at <= now()
               and (state in ('claimed', 'retrying')
                    or state = 'planned' and reason is distinct from 'waits-for-staff')
            """
        )
    assert row is not None
    if row["oldest"] and row["oldest"] > LONGEST:
        minutes = row["oldest"].total_seconds() / 60
        words = (
            f"{row['waiting']} are due and not sent, the oldest for {minutes:.0f} minutes: does the mail server answer?"
        )
        yield Finding(ABOUT, False, words)
    else:
        yield Finding(ABOUT, True, f"{row['waiting']} on their way" if row["waiting"] else "none waits beyond its time")
