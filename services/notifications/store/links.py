"""Links that wait for somebody, each sealed in the envelope it came with: unfinished requests, questionnaires."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.notifications.domain.heard import PauseHeard, QuestionnaireDue, QuestionnaireFinished
from services.notifications.store.rows import as_json, newest
from shared.database.transaction import Transaction
from shared.events.values import ContactEnvelope


async def hear_pauses(tx: Transaction, pauses: Sequence[PauseHeard]) -> None:
    """Each once. Requests that are being heard of are waited for, and later ones wait: one of the two sees the other."""
    await tx.execute("lock table request_known in share mode")
    await tx.execute(
        """
        insert into request_pause
               (pause_id, clinic_id, patient_id, request_id, sealed, person_version, expires_at, heard_at)
        select pause_id, clinic_id, patient_id, request_id, sealed, person_version, expires_at, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (pause_id uuid, clinic_id uuid, patient_id uuid, request_id uuid, sealed text,
                         person_version bigint, expires_at timestamptz)
            on conflict (pause_id) do nothing
        """,
        as_json(newest(pauses, of=lambda one: one.pause_id, version=lambda one: one.asked_at)),
        tx.now,
    )


async def hear_due(tx: Transaction, due: Sequence[QuestionnaireDue]) -> None:
    """Also of those that were answered before this was heard."""
    await tx.execute(
        """
        insert into questionnaire_known as known
               (questionnaire_id, clinic_id, patient_id, session_id, sealed, person_version, due_at, expires_at, heard_at)
        select questionnaire_id, clinic_id, patient_id, session_id, sealed, person_version, due_at, expires_at, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (questionnaire_id uuid, clinic_id uuid, patient_id uuid, session_id uuid, sealed text,
                         person_version bigint, due_at timestamptz, expires_at timestamptz)
            on conflict (questionnaire_id) do update
           set sealed = excluded.sealed,
               person_version = excluded.person_version,
               due_at = excluded.due_at,
               expires_at = excluded.expires_at
         where known.sealed is null
        """,
        as_json(newest(due, of=lambda one: one.questionnaire_id, version=lambda one: one.due_at)),
        tx.now,
    )


async def hear_finished(tx: Transaction, finished: Sequence[QuestionnaireFinished]) -> None:
    """The first time counts."""
    await tx.execute(
        """
        insert into questionnaire_known as known
               (questionnaire_id, clinic_id, patient_id, session_id, finished_at, heard_at)
        select questionnaire_id, clinic_id, patient_id, session_id, finished_at, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (questionnaire_id uuid, clinic_id uuid, patient_id uuid, session_id uuid, finished_at timestamptz)
            on conflict (questionnaire_id) do update
           set finished_at = least(known.finished_at, excluded.finished_at)
        """,
        as_json(
            newest(finished, of=lambda one: one.questionnaire_id, version=lambda one: -one.finished_at.timestamp())
        ),
        tx.now,
    )


async def of_pause(tx: Transaction, pause_id: UUID) -> ContactEnvelope | None:
    return _envelope(
        await tx.fetchrow("select sealed, person_version from request_pause where pause_id = $1", pause_id)
    )


async def of_questionnaire(tx: Transaction, questionnaire_id: UUID) -> ContactEnvelope | None:
    return _envelope(
        await tx.fetchrow(
            "select sealed, person_version from questionnaire_known where questionnaire_id = $1", questionnaire_id
        )
    )


def _envelope(row: asyncpg.Record | None) -> ContactEnvelope | None:
    if row is None or row["sealed"] is None:
        return None
    return ContactEnvelope(sealed=row["sealed"], person_version=row["person_version"])
