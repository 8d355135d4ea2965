"""`change_link`: the secret addresses at which patients change an appointment, kept as hashes."""

from datetime import timedelta
from uuid import UUID

import asyncpg

from services.scheduling.domain.change import ChangeLink, ChangeLinkUnknown
from shared.database import Transaction
from shared.ids import token_hash

KEPT = timedelta(days=90)
"""After its end: until then a link says that it has ended, and how to get another."""


async def add(tx: Transaction, token: str, link: ChangeLink) -> None:
    await tx.execute(
        """
        insert into change_link (token_hash, clinic_id, patient_id, request_id, mailed, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        """,
        token_hash(token),
        link.clinic_id,
        link.patient_id,
        link.request_id,
        link.mailed,
        link.expires_at,
    )


async def find(tx: Transaction, token: str) -> ChangeLink:
    """Also one that has ended. Raises ChangeLinkUnknown."""
    return _link(await tx.fetchrow("select * from change_link where token_hash = $1", token_hash(token)))


async def lock(tx: Transaction, token: str) -> ChangeLink:
    """Nobody else tries this link before this transaction ends. Raises ChangeLinkUnknown."""
    row = await tx.fetchrow("select * from change_link where token_hash = $1 for no key update", token_hash(token))
    return _link(row)


async def save(tx: Transaction, token: str, link: ChangeLink) -> None:
    """What can change after it was made."""
    await tx.execute(
        "update change_link set wrong_tries = $2, renewed_at = $3 where token_hash = $1",
        token_hash(token),
        link.wrong_tries,
        link.renewed_at,
    )


async def add_ask(tx: Transaction, ask_id: UUID, request_id: UUID) -> None:
    await tx.execute(
        "insert into change_link_ask (id, request_id, asked_at) values ($1, $2, $3)", ask_id, request_id, tx.now
    )


async def count_renewed(tx: Transaction, patient_id: UUID) -> int:
    """In the last day, counted by one at a time."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"change-link:{patient_id}")
    return await tx.fetchval(
        "select count(*) from change_link where patient_id = $1 and renewed_at > $2",
        patient_id,
        tx.now - timedelta(days=1),
    )


async def forget_old(tx: Transaction, most: int = 1000) -> int:
    """For a timer. Says how many."""
    done = await tx.execute(
        """
        delete from change_link
         where token_hash in (select token_hash from change_link
                               where expires_at <= $1
                               limit $2 for update skip locked)
        """,
        tx.now - KEPT,
        most,
    )
    return int(done.split()[-1])


def _link(row: asyncpg.Record | None) -> ChangeLink:
    if row is None:
        raise ChangeLinkUnknown
    return ChangeLink(
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        request_id=row["request_id"],
        mailed=row["mailed"],
        expires_at=row["expires_at"],
        wrong_tries=row["wrong_tries"],
        renewed_at=row["renewed_at"],
    )
