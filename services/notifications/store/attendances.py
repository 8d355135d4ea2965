"""`attendance_known`: at which times patients have said that they come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifications.store.claimed_messages import Claimed
from services.notifications.store.rows import as_json
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AttendanceHeard:
    appointment_id: UUID
    revision: int
    clinic_id: UUID
    patient_id: UUID


async def store(tx: Transaction, said: Sequence[AttendanceHeard]) -> None:
    """Each time once, however often it was answered anew."""
    await tx.execute(
        """
        insert into attendance_known (appointment_id, revision, clinic_id, patient_id, heard_at)
        select distinct on (appointment_id, revision) appointment_id, revision, clinic_id, patient_id, $2::timestamptz
          from jsonb_to_recordset($1::text::jsonb)
               as heard (appointment_id uuid, revision integer, clinic_id uuid, patient_id uuid)
         order by appointment_id, revision
            on conflict (appointment_id, revision) do nothing
        """,
        as_json(said),
        tx.now,
    )


async def which_come(tx: Transaction, claimed: Iterable[Claimed]) -> set[UUID]:
    """The ids of messages that promise a time at which the patient has said that they come."""
    asked = [one for one in claimed if one.kind.confirms and one.appointment_id]
    if not asked:
        return set()
    rows = await tx.fetch(
        """
        select message_id
          from unnest($1::uuid[], $2::uuid[], $3::integer[]) as asked (message_id, appointment_id, revision)
          join attendance_known using (appointment_id, revision)
        """,
        [one.id for one in asked],
        [one.appointment_id for one in asked],
        [one.revision for one in asked],
    )
    return {row["message_id"] for row in rows}
