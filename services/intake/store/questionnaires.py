"""The table `questionnaire`: found by the hash of its link's token."""

from uuid import UUID

import asyncpg

from services.intake.domain.questionnaire.questionnaire import Questionnaire, QuestionnaireUnknown
from services.intake.domain.questionnaire.sheet import Plan
from services.intake.domain.scales import ScaleCode
from shared.database import Transaction
from shared.events.risk import RiskLevel
from shared.ids import token_hash


async def add(tx: Transaction, token: str, new: Questionnaire) -> None:
    await tx.execute(
        """
        insert into questionnaire
               (id, token_hash, clinic_id, patient_id, request_id, reference, session_id, course_id, language, scales,
                screener, protocol_version, answers, risk, renewal, due_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """,
        new.id,
        token_hash(token),
        new.clinic_id,
        new.patient_id,
        new.request_id,
        new.reference,
        new.session_id,
        new.course_id,
        new.language,
        list(new.plan.scales),
        new.plan.screener,
        new.plan.protocol_version,
        new.answers,
        new.risk,
        new.renewal,
        new.due_at,
        new.expires_at,
    )


async def find(tx: Transaction, token: str) -> Questionnaire:
    """Also one whose link has ended: the page says so. Raises QuestionnaireUnknown."""
    return _found(await tx.fetchrow("select * from questionnaire where token_hash = $1", token_hash(token)))


async def lock(tx: Transaction, token: str) -> Questionnaire:
    """As it is now; nobody else changes it before this transaction ends. Raises QuestionnaireUnknown."""
    return _found(
        await tx.fetchrow("select * from questionnaire where token_hash = $1 for no key update", token_hash(token))
    )


async def save(tx: Transaction, one: Questionnaire) -> None:
    await tx.execute(
        """
        update questionnaire
           set answers = $2, risk = $3, wrong_tries = $4, renewed = $5, completed_at = $6
         where id = $1
        """,
        one.id,
        one.answers,
        one.risk,
        one.wrong_tries,
        one.renewed,
        one.completed_at,
    )


async def of_patient(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> list[Questionnaire]:
    """Those that no newer link stands for, the latest first."""
    rows = await tx.fetch(
        """
        select *
          from questionnaire
         where clinic_id = $1 and patient_id = $2 and not renewed
         order by due_at desc, id
        """,
        clinic_id,
        patient_id,
    )
    return [_from_row(row) for row in rows]


def _found(row: asyncpg.Record | None) -> Questionnaire:
    if row is None:
        raise QuestionnaireUnknown
    return _from_row(row)


def _from_row(row: asyncpg.Record) -> Questionnaire:
    return Questionnaire(
        id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        request_id=row["request_id"],
        reference=row["reference"],
        session_id=row["session_id"],
        course_id=row["course_id"],
        language=row["language"],
        plan=Plan(tuple(map(ScaleCode, row["scales"])), row["screener"], row["protocol_version"]),
        answers=row["answers"],
        due_at=row["due_at"],
        expires_at=row["expires_at"],
        risk=RiskLevel(row["risk"]) if row["risk"] else None,
        wrong_tries=row["wrong_tries"],
        renewal=row["renewal"],
        renewed=row["renewed"],
        completed_at=row["completed_at"],
    )
