"""The tables `information_ask`, `information_answer` and `information_reading`: what staff asked a patient for afterwards,
what they said, and what was read in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.reading import Reading
from services.intake.domain.information import AskCode, Said
from services.intake.store.request_answers import READING
from shared.database import Transaction
from shared.events.risk import RiskLevel
from shared.ids import token_hash
from shared.keyring.ciphers import PatientCipher


@dataclass(frozen=True, slots=True)
class InformationAsk:
    """`own` is the question in staff's words, sealed. `pages` are those of the guided request, `said` the answers on them,
    sealed; `risk` is the gravest that was raised in them."""

    id: UUID
    clinic_id: UUID
    request_id: UUID
    questions: tuple[AskCode, ...]
    own: bytes | None
    asked_by: UUID
    asked_at: datetime
    expires_at: datetime
    pages: tuple[str, ...] = ()
    said: bytes | None = None
    risk: RiskLevel | None = None
    renewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedAskReading:
    ask_id: UUID
    sealed: bytes
    read_at: datetime


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
               (id, clinic_id, request_id, token_hash, questions, own, asked_by, asked_at, expires_at, pages, said,
                risk)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
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
        list(ask.pages),
        ask.said,
        ask.risk,
    )


async def find(tx: Transaction, token: str) -> InformationAsk | None:
    """Also one whose link has ended: the page says so instead of pretending it never was."""
    row = await tx.fetchrow("select * from information_ask where token_hash = $1", token_hash(token))
    return _from_row(row) if row else None


async def lock(tx: Transaction, token: str) -> InformationAsk | None:
    """As it is now; nobody else saves a page of it before this transaction ends."""
    row = await tx.fetchrow("select * from information_ask where token_hash = $1 for no key update", token_hash(token))
    return _from_row(row) if row else None


async def save(tx: Transaction, ask: InformationAsk) -> None:
    """What can change of it."""
    await tx.execute(
        "update information_ask set said = $2, risk = $3, renewed_at = $4 where id = $1",
        ask.id,
        ask.said,
        ask.risk,
        ask.renewed_at,
    )


async def keep_reading(tx: Transaction, ask: InformationAsk, reading: Reading, cipher: PatientCipher) -> None:
    """With the screener, which may come after everything else, it is read again."""
    await tx.execute(
        """
        insert into information_reading (ask_id, clinic_id, rules_version, reading, read_at)
        values ($1, $2, $3, $4, $5)
            on conflict (ask_id) do update
           set rules_version = excluded.rules_version, reading = excluded.reading, read_at = excluded.read_at
        """,
        ask.id,
        ask.clinic_id,
        reading.rules_version,
        cipher.seal(READING.dump_json(reading, warnings="error"), _reading(ask.id)),
        tx.now,
    )


async def readings_of(tx: Transaction, ask_ids: Sequence[UUID]) -> list[SealedAskReading]:
    rows = await tx.fetch(
        "select ask_id, reading, read_at from information_reading where ask_id = any ($1::uuid[])", list(ask_ids)
    )
    return [SealedAskReading(row["ask_id"], row["reading"], row["read_at"]) for row in rows]


def open_ask_reading(cipher: PatientCipher, kept: SealedAskReading) -> Reading:
    """Raises SealBroken."""
    return READING.validate_json(cipher.open(kept.sealed, _reading(kept.ask_id)))


def seal_said(cipher: PatientCipher, ask_id: UUID, said: Answers) -> bytes:
    return cipher.seal(json.dumps(said.written()).encode(), _said(ask_id))


def open_said(cipher: PatientCipher, ask: InformationAsk) -> Answers:
    """Raises SealBroken."""
    return Answers.read(json.loads(cipher.open(ask.said, _said(ask.id)))) if ask.said else Answers()


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


def _said(ask_id: UUID) -> str:
    return f"information.said:{ask_id}"


def _reading(ask_id: UUID) -> str:
    return f"information.reading:{ask_id}"


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
        pages=tuple(row["pages"]),
        said=row["said"],
        risk=RiskLevel(row["risk"]) if row["risk"] else None,
        renewed_at=row["renewed_at"],
    )
