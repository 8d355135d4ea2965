"""The tables `risk_flag`, which intake raises, and `alert_acknowledgement`, which it hears."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from services.intake.domain.risk import RiskFlag
from shared.database import Transaction
from shared.events.risk import AlertAcknowledged, RiskLevel, RiskRaised


async def add(tx: Transaction, raised: RiskRaised) -> None:
    await tx.execute(
        """
        insert into risk_flag (id, clinic_id, patient_id, request_id, level, seen_in, raised_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        raised.risk_id,
        raised.clinic_id,
        raised.patient_id,
        raised.request_id,
        raised.level,
        raised.seen_in,
        raised.raised_at,
    )


async def of_requests(tx: Transaction, request_ids: Iterable[UUID]) -> dict[UUID, RiskFlag]:
    """One flag of each request that has any: the newest that nobody has taken, or else the newest."""
    rows = await tx.fetch(
        """
        select distinct on (flag.request_id)
               flag.request_id, flag.id, flag.level, flag.raised_at, heard.acknowledged_at, heard.staff_id
          from risk_flag as flag
          left join alert_acknowledgement as heard on heard.alert_id = flag.id
         where flag.request_id = any ($1::uuid[])
         order by flag.request_id, (heard.alert_id is null) desc, flag.raised_at desc, flag.id desc
        """,
        list(request_ids),
    )
    return {row["request_id"]: _from_row(row) for row in rows}


async def all_of_request(tx: Transaction, clinic_id: UUID, request_id: UUID) -> list[RiskFlag]:
    """Every time it was raised, the newest first."""
    rows = await tx.fetch(
        """
        select flag.id, flag.level, flag.raised_at, heard.acknowledged_at, heard.staff_id
          from risk_flag as flag
          left join alert_acknowledgement as heard on heard.alert_id = flag.id
         where flag.clinic_id = $1 and flag.request_id = $2
         order by flag.raised_at desc, flag.id desc
        """,
        clinic_id,
        request_id,
    )
    return [_from_row(row) for row in rows]


async def levels_of_patient(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> list[RiskLevel]:
    """Every level that was ever seen in them."""
    rows = await tx.fetch(
        "select distinct level from risk_flag where clinic_id = $1 and patient_id = $2", clinic_id, patient_id
    )
    return [RiskLevel(row["level"]) for row in rows]


async def hear_acknowledged(tx: Transaction, heard: Sequence[AlertAcknowledged]) -> list[UUID]:
    """Keeps who was first to take each alert, in whatever order it is heard. Answers which of our requests it is about.

    Kept also for alerts that are not ours or not known yet: a flag finds its acknowledgement when it is read.
    """
    earliest: dict[UUID, AlertAcknowledged] = {}
    for event in heard:
        known = earliest.get(event.alert_id)
        if known is None or _order(event) < _order(known):
            earliest[event.alert_id] = event
    await tx.executemany(
        """
        insert into alert_acknowledgement as known
               (alert_id, clinic_id, patient_id, staff_id, acknowledged_at, channel)
        values ($1, $2, $3, $4, $5, $6)
            on conflict (alert_id) do update
           set staff_id = excluded.staff_id,
               acknowledged_at = excluded.acknowledged_at,
               channel = excluded.channel
         where (excluded.acknowledged_at, excluded.staff_id) < (known.acknowledged_at, known.staff_id)
        """,
        [
            (event.alert_id, event.clinic_id, event.patient_id, event.staff_id, event.acknowledged_at, event.channel)
            for _, event in sorted(earliest.items())
        ],
    )
    rows = await tx.fetch(
        "select request_id from risk_flag where id = any ($1::uuid[]) and request_id is not null", list(earliest)
    )
    return [row["request_id"] for row in rows]


def _from_row(row: asyncpg.Record) -> RiskFlag:
    return RiskFlag(
        id=row["id"],
        level=RiskLevel(row["level"]),
        raised_at=row["raised_at"],
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["staff_id"],
    )


def _order(event: AlertAcknowledged) -> tuple[datetime, UUID]:
    return event.acknowledged_at, event.staff_id
