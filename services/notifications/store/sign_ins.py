"""Sessions of signed-in staff, and how often signing in was tried."""

from datetime import datetime, timedelta
from uuid import UUID

from services.notifications.domain.sign_in import LONGEST, SignIn
from services.notifications.domain.sign_in_limits import WINDOW, Limit
from shared.database.transaction import Transaction


async def add(tx: Transaction, session: SignIn, clinic_id: UUID) -> None:
    await tx.execute(
        """
        insert into staff_session (id, clinic_id, staff_id, strength, created_at, last_seen_at)
        values ($1, $2, $3, $4, $5, $6)
        """,
        session.id,
        clinic_id,
        session.staff_id,
        session.strength,
        session.created_at,
        session.last_seen_at,
    )


async def find(tx: Transaction, session_id: UUID) -> SignIn | None:
    row = await tx.fetchrow(
        """
        select id, staff_id, strength, created_at, last_seen_at, revoked_at from staff_session where id = $1
        """,
        session_id,
    )
    return SignIn(**row) if row else None


async def seen(tx: Transaction, session_id: UUID) -> None:
    await tx.execute(
        "update staff_session set last_seen_at = greatest(last_seen_at, $2) where id = $1", session_id, tx.now
    )


async def revoke(tx: Transaction, session_id: UUID) -> None:
    await tx.execute(
        "update staff_session set revoked_at = $2 where id = $1 and revoked_at is null", session_id, tx.now
    )


async def try_once(tx: Transaction, limit: Limit) -> timedelta | None:
    """Counts one more try, before the password is looked at, so that many at once cannot slip through.

    Answers how long to wait when this one is too many; the window is not pushed out by trying on.
    """
    row = await tx.fetchrow(
        """
        insert into sign_in_attempt as kept (bucket, began_at, attempts)
        values ($1, $2, 1)
            on conflict (bucket) do update
           set began_at = case when kept.began_at <= $3 then excluded.began_at else kept.began_at end,
               attempts = case when kept.began_at <= $3 then 1 else least(kept.attempts + 1, $4 + 1) end
        returning began_at, attempts
        """,
        limit.bucket,
        tx.now,
        tx.now - WINDOW,
        limit.most,
    )
    assert row is not None
    began_at: datetime = row["began_at"]
    return began_at + WINDOW - tx.now if row["attempts"] > limit.most else None


async def forget_tries(tx: Transaction, limit: Limit) -> None:
    """After a good sign-in the earlier slips of that person count no more."""
    await tx.execute("delete from sign_in_attempt where bucket = $1", limit.bucket)


async def forget_old(tx: Transaction, most: int = 1000) -> int:
    """Windows and sessions that are long over."""
    tries = await tx.execute(
        """
        delete from sign_in_attempt
         where bucket in (select bucket from sign_in_attempt where began_at < $1 limit $2 for update skip locked)
        """,
        tx.now - WINDOW,
        most,
    )
    sessions = await tx.execute(
        """
        delete from staff_session
         where id in (select id from staff_session where created_at < $1 limit $2 for update skip locked)
        """,
        tx.now - 2 * LONGEST,
        most,
    )
    return int(tries.split()[-1]) + int(sessions.split()[-1])
