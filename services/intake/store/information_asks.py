"""The tables `information_ask` and `information_answer`: what staff asked a patient for afterwards, and what they said."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.intake.domain.information import AskCode, Said
from shared.database import Transaction
from shared.ids import token_hash
from shared.keyring.ciphers import PatientCipher


@dataclass(frozen=True, slots=True)
class InformationAsk:
    """`own` is the question in staff's words, sealed."""

    id: UUID
    clinic_id: UUID
    request_id: UUID
    questions: tuple[AskCode, ...]
    own: bytes | None
    asked_by: UUID
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    id: UUID
    ask_id: UUID
    answers: bytes
    answered_at: datetime


async def add(tx: Transaction, ask: InformationAsk, token: str) -> None:
    await tx.execute(
        """
        insert into information_ask
               (id, clinic_id, request_id, token_hash, questions, own, asked_by, asked_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        ask.id,
        ask.clinic_id,
        ask.request_id,
        token_hash(token),
        list(ask.questions),
        ask.own,
        ask.asked_by,
        ask.asked_at,
        ask.expires_at,
    )


async def find(tx: Transaction, token: str) -> InformationAsk | None:
    """Also one whose link has ended: the page says so instead of pretending it never was."""
    row = await tx.fetchrow("select * from information_ask where token_hash = $1", token_hash(token))
    return _from_row(row) if row else None


async def of_request(tx: Transaction, request_id: UUID) -> list[InformationAsk]:
    """The newest first."""
    rows = await tx.fetch(
        "select * from information_ask where request_id = $1 order by asked_at desc, id desc", request_id
    )
    return [_from_row(row) for row in rows]


async def answer(tx: Transaction, ask: InformationAsk, given: SealedAnswer) -> None:
    await tx.execute(
        "insert into information_answer (id, clinic_id, ask_id, answers, answered_at) values ($1, $2, $3, $4, $5)",
        given.id,
        ask.clinic_id,
        ask.id,
        given.answers,
        given.answered_at,
    )


async def answers_to(tx: Transaction, ask_ids: Sequence[UUID]) -> list[SealedAnswer]:
    """In the order in which they came."""
    rows = await tx.fetch(
        """
        select id, ask_id, answers, answered_at
          from information_answer
         where ask_id = any ($1::uuid[])
         order by answered_at, id
        """,
        list(ask_ids),
    )
    return [SealedAnswer(row["id"], row["ask_id"], row["answers"], row["answered_at"]) for row in rows]


def seal_answers(cipher: PatientCipher, answer_id: UUID, said: Said) -> bytes:
    return cipher.seal(json.dumps(said, ensure_ascii=False).encode(), _answers(answer_id))


def open_answers(cipher: PatientCipher, given: SealedAnswer) -> Said:
    """Raises SealBroken."""
    said = json.loads(cipher.open(given.answers, _answers(given.id)))
    return {AskCode(code): text for code, text in said.items()}


def seal_own(cipher: PatientCipher, ask_id: UUID, question: str) -> bytes | None:
    return cipher.seal(question.encode(), _own(ask_id)) if question else None


def open_own(cipher: PatientCipher, ask: InformationAsk) -> str:
    """Raises SealBroken."""
    return cipher.open(ask.own, _own(ask.id)).decode() if ask.own else ""


def _answers(answer_id: UUID) -> str:
    return f"information.answer:{answer_id}"


def _own(ask_id: UUID) -> str:
    return f"information.question:{ask_id}"


def _from_row(row: asyncpg.Record) -> InformationAsk:
    return InformationAsk(
        id=row["id"],
        clinic_id=row["clinic_id"],
        request_id=row["request_id"],
        questions=tuple(AskCode(code) for code in row["questions"]),
        own=row["own"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
    )
